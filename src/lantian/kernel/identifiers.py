"""Identifiers with a check (编码校验): credit codes, identity numbers, VINs, plates; and the mending of typed text.

Each reader returns the identifier in its standard form, or raises :class:`WrongIdentifier` saying what is wrong and,
where it is a check digit, which it should be.
"""

import re
import unicodedata

from lantian.kernel.errors import LantianError, Text

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VIN_VALUES = {
    **{str(n): n for n in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[DF])"
)
_PHONE = re.compile(r"(?:\+?86-?)?(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4})")


class WrongIdentifier(LantianError):
    """A text that is not the identifier it should be."""


def plain(text: str) -> str:
    """Return typed text without what hands and sheets add: full-width characters, blanks around, no-break spaces.

    >>> plain(" １１０１０５　")
    '110105'
    """
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def tidy(text: str) -> str:
    """Return a name or an address without full-width digits and letters and blanks around; Chinese signs stay.

    >>> tidy(" 金泰里Ｂ座１０号（南）　")
    '金泰里B座10号（南）'
    """
    narrow = (unicodedata.normalize("NFKC", one) if one.isalnum() or one.isspace() else one for one in text)
    return "".join(narrow).replace("\u200b", "").strip()


def credit_code(text: str) -> str:
    """Return a unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last a check.

    Weights are powers of 3 modulo 31 over an alphabet without I, O, S, V, Z.

    >>> credit_code("91350100m000100y43")
    '91350100M000100Y43'
    """
    found = plain(text).upper().replace(" ", "")
    if len(found) != 18 or any(one not in _CREDIT_ALPHABET for one in found):
        raise WrongIdentifier(
            Text(
                f"统一社会信用代码“{text}”应为 18 位数字和大写字母（不含 I、O、S、V、Z）。",
                f"The credit code {text!r} must have 18 digits and capital letters without I, O, S, V, Z.",
            )
        )
    return _checked(found, credit_check(found), Text("统一社会信用代码", "credit code"), 17)


def credit_check(code: str) -> str:
    """Return the check character of a credit code from its first 17 characters (GB 32100-2015).

    >>> credit_check("91350100M000100Y4")
    '3'
    """
    total = sum(_CREDIT_ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(code[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def identity(text: str) -> str:
    """Return a citizen's identity number (公民身份号码, GB 11643-1999): 18 characters, the last by MOD 11-2.

    >>> identity("11010519491231002x")
    '11010519491231002X'
    """
    found = plain(text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", found):
        raise WrongIdentifier(
            Text("证件号码应为 17 位数字加一位数字或 X。", "An identity number has 17 digits and a digit or X.")
        )
    return _checked(found, identity_check(found), Text("证件号码", "identity number"), 17, hide=True)


def identity_check(number: str) -> str:
    """Return the check character of an identity number from its first 17 digits (GB 11643-1999).

    >>> identity_check("11010519491231002")
    'X'
    """
    total = sum(int(one) * weight for one, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return _IDENTITY_CHECKS[total % 11]


def vin(text: str) -> str:
    """Return a vehicle identification number (车辆识别代号, GB 16735-2019): 17 characters, the ninth a check.

    >>> vin("1m8gdm9axkp042788")
    '1M8GDM9AXKP042788'
    """
    found = plain(text).upper()
    if len(found) != 17 or any(one not in _VIN_VALUES for one in found):
        raise WrongIdentifier(
            Text(
                f"车辆识别代号“{text}”应为 17 位数字和字母（不含 I、O、Q）。",
                f"The VIN {text!r} must have 17 digits and letters without I, O, Q.",
            )
        )
    return _checked(found, vin_check(found), Text("车辆识别代号", "VIN"), 8)


def vin_check(found: str) -> str:
    """Return the check character, the ninth, of a VIN of 17 characters (GB 16735-2019); the ninth has weight 0.

    >>> vin_check("1M8GDM9A0KP042788")
    'X'
    """
    total = sum(_VIN_VALUES[one] * weight for one, weight in zip(found, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _checked(found: str, expected: str, what: Text, place: int, *, hide: bool = False) -> str:
    if found[place] == expected:
        return found
    zh = "" if hide else f"“{found}”"
    en = "" if hide else f" {found!r}"
    should = Text("不符", "does not fit") if hide else Text(f"应为 {expected}", f"should be {expected}")
    raise WrongIdentifier(
        Text(
            f"{what.zh}{zh}第 {place + 1} 位校验码{should.zh}，请核对是否录错。",
            f"The check character {place + 1} of the {what.en}{en} {should.en}; was it mistyped?",
        )
    )


def plate(text: str) -> str:
    """Return a licence plate (机动车号牌, GA 36-2018): province, letter, five characters, or six for new energy.

    >>> plate("京a·12345"), plate("京AD12345")
    ('京A12345', '京AD12345')
    """
    found = re.sub(r"[\s·•\-]", "", plain(text)).upper()
    if not _PLATE.fullmatch(found):
        raise WrongIdentifier(
            Text(
                f"号牌“{text}”不符合编排规则，应如 京A12345 或 京AD12345（字母不含 I、O）。",
                f"The plate {text!r} does not follow the pattern, such as 京A12345 or 京AD12345 (no I, O).",
            )
        )
    return found


def phone(text: str) -> str:
    """Return a telephone number: a mobile of 11 digits, or a fixed one with its area code.

    >>> phone("138 0010 0000"), phone("010-65090000")
    ('13800100000', '010-65090000')
    """
    found = _PHONE.fullmatch(re.sub(r"[\s]", "", plain(text)))
    if found is None:
        raise WrongIdentifier(
            Text(
                "电话应为 11 位手机号，或带区号的固定电话，如 010-65090000。",
                "A telephone number is a mobile of 11 digits, or a fixed one with area code such as 010-65090000.",
            )
        )
    return found[1]
