"""HJ 212 fields and messages: read as sent, written as the standard prints them."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lantian.protocols.hj212.factors import current_code
from lantian.protocols.hj212.faults import Fault
from lantian.protocols.hj212.fields import Pair, read_clean_area, read_fields, write_fields
from lantian.protocols.hj212.frames import Frame, FrameReader
from lantian.protocols.hj212.messages import (
    Command,
    DataFlag,
    Message,
    Version,
    read_any,
    read_message,
    read_time,
    read_upload_head,
)
from lantian.protocols.hj212.writing import (
    Address,
    Upload,
    history_request,
    write_answer,
    write_qn,
    write_request,
    write_upload,
)

MN = "010000A8900016F000169DC0"
NOON = datetime(2019, 6, 1, 4, tzinfo=UTC)
ADDRESS = Address(st="22", mn=MN, pw="123456")


def message(segment: str) -> Message:
    return read_message(Frame(b"", segment.encode()))


def read(wire: bytes) -> list[Message]:
    reader = FrameReader()
    reader.receive_data(wire)
    return [read_message(frame) for frame in iter(reader.next_event, None)]


def test_a_message_has_its_header_parameters_and_factors() -> None:
    read = message(
        f"QN=20190601120001000;ST=22;CN=2011;PW=123456;MN={MN};Flag=5;"
        "CP=&&DataTime=20190601120000;a34004-Rtd=35,a34004-Flag=N;a34002-Rtd=60,a34002-Flag=T&&"
    )
    assert (read.st, read.cn, read.mn, read.flag, read.version, read.wants_answer) == (
        "22",
        "2011",
        MN,
        5,
        Version.V2017,
        True,
    )
    assert read.factors == {"a34004": {"Rtd": "35", "Flag": "N"}, "a34002": {"Rtd": "60", "Flag": "T"}}
    assert read.data_time == NOON
    assert read.faults == ()
    assert "123456" not in repr(read)


@pytest.mark.parametrize(
    ("flag", "version", "wants_answer"), [(0, "2005", False), (4, "2017", False), (7, "2017", True), (9, "2025", True)]
)
def test_flag_names_edition_and_wish_for_an_answer(flag: int, version: str, wants_answer: bool) -> None:
    read = message(f"CN=2011;Flag={flag};CP=&&&&")
    assert (read.version, read.wants_answer) == (version, wants_answer)


@pytest.mark.parametrize(
    ("segment", "fault"),
    [
        (f"ST=22;CN=2011;MN={MN};Flag=4;CP=&&&&", Fault.NO_QN),
        ("QN=20190601120001;CN=2011;CP=&&&&", Fault.QN_FORMAT),
        ("CN=2011;CP=&&&&", Fault.NO_MN),
        ("CN=2011;MN=2019051703100020;CP=&&&&", Fault.MN_FORMAT),
        ("MN=1;CP=&&&&", Fault.NO_CN),
        ("CN=2011;CP=&&&&", Fault.NO_FLAG),
        ("CN=2011;Flag=x;CP=&&&&", Fault.FLAG_FORMAT),
        ("CN=2011;Flag=7;CP=&&&&", Fault.PACKET_FIELDS),
        ("CN=2051;PNO=0002;PNUM=0002;CP=&&&&", Fault.PACKET_FIELDS),
        ("CN=2011;Flag=12;CP=&&&&", Fault.VERSION_UNCONFIRMED),
        ("CN=1014;Flag=8;CP=&&&&", Fault.VERSION_UNCONFIRMED),
        ("CN=2011;CP=&&DataTime=2024112320423050&&", Fault.TIME_FORMAT),
        ("CN=2011;CP=&&DataTime=20190231120000&&", Fault.TIME_FORMAT),
        ("CN=2011;FLAG=4;CP=&&DATATIME=20190601120000;A34004-RTD=35&&", Fault.KEYS_UPPER_CASE),
        ("CN=2011;CP=&& DataTime = 20190601120000&&", Fault.BLANKS),
        ("CN=2011;CP=&&a34004-Rtd=35;&&", Fault.TRAILING_SEPARATOR),
        ("CN=2011;CP=&&DataTime=20190601120000,a34004-Rtd=35&&", Fault.COMMA_FOR_SEMICOLON),
        ("CN=2011;CP=&&a21-Rtd=0.00;a21-Rtd=0.01&&", Fault.FACTOR_REPEATED),
        ("CN=2011;CP=&&LA-td=50.1&&", Fault.SUFFIX_MISSPELT),
        ("CN=2011;CP=&&a34004-Rtd=35;Flag=N&&", Fault.FLAG_ALONE),
        ("CN=2011;CP=&&a34004-Rtd=35;offline&&", Fault.ITEM_WITHOUT_VALUE),
        ("QN=20180904160638000;ST=39;CN=2011;PW=123456;USCC=91440101MA59F70720&&", Fault.NO_SEGMENT),
    ],
)
def test_each_departure_is_named(segment: str, fault: Fault) -> None:
    assert fault in message(segment).faults


def test_upper_case_keys_are_read_as_the_standard_writes_them() -> None:
    read = message("CN=2011;FLAG=4;CP=&&DATATIME=20190601120000;A34004-RTD=35,A34004-FLAG=N&&")
    assert (read.flag, read.factors, read.data_time) == (4, {"a34004": {"Rtd": "35", "Flag": "N"}}, NOON)


def test_of_a_repeated_factor_the_last_value_counts_and_all_are_kept() -> None:
    read = message("CP=&&a21-Rtd=1;a21-Rtd=2&&")
    assert read.factors == {"a21": {"Rtd": "2"}}
    assert [pair.text for pair in read.pairs] == ["1", "2"]


def test_an_area_with_a_second_equals_sign_is_not_read_the_short_way() -> None:
    assert read_clean_area("a34004-Rtd=35") == ((Pair("a34004", "Rtd", "35"),), {}, {"a34004": {"Rtd": "35"}})
    assert read_clean_area("a34004-Rtd=35=N") is None


def test_gb18030_text_is_read_and_said() -> None:
    fields = read_fields("CP=&&i11001-Info=设备校准中&&".encode("gb18030"))
    assert fields.factors == {"i11001": {"Info": "设备校准中"}}
    assert fields.faults == (Fault.TEXT_GB18030,)


def test_bytes_that_no_code_explains_do_not_stop_reading() -> None:
    fields = read_fields(b"CN=2011;CP=&&a34004-Rtd=35;x-Info=\xff\xff&&")
    assert fields.factors["a34004"] == {"Rtd": "35"}
    assert fields.faults == (Fault.TEXT_UNREADABLE,)


@pytest.mark.parametrize("text", ["", "2019", "20190001000000", "20190601250000", "abc"])
def test_what_is_no_time_reads_as_none(text: str) -> None:
    assert read_time(text) is None


# The frames that HJ 212-2017 prints for these commands, with check sums by its Annex A.
@pytest.mark.parametrize(
    ("wire", "ending"),
    [
        (
            write_request(
                Address("32", MN, "123456"), "20160801085857223", Command.SET_TIMEOUT, {"OverTime": "5", "ReCount": "3"}
            ),
            "CAC1",
        ),
        (write_request(Address("32", MN, "123456"), "20160801085857223", Command.GET_REALTIME_INTERVAL), "3B80"),
        (
            write_request(Address("32", MN, "123456"), "20160801085857223", Command.SET_PASSWORD, {"NewPW": "654321"}),
            "3B80",
        ),
        (
            write_answer(Address("32", MN, "123456"), "20160801085857223", Command.REQUEST_ANSWER, {"QnRtn": "1"}),
            "1B00",
        ),
        (
            write_answer(Address("32", MN, "123456"), "20160801085857223", Command.EXECUTION_RESULT, {"ExeRtn": "1"}),
            "6240",
        ),
    ],
)
def test_commands_and_answers_are_written_as_printed(wire: bytes, ending: str) -> None:
    assert wire.endswith(ending.encode() + b"\r\n")


def test_a_request_for_history_names_both_ends() -> None:
    [asked] = read(history_request(ADDRESS, write_qn(NOON), Command.HOUR, NOON, NOON.replace(hour=6)))
    assert asked.parameters == {"BeginTime": "20190601120000", "EndTime": "20190601140000"}
    assert (asked.qn, asked.cn, asked.wants_answer) == ("20190601120000000", "2061", True)


def test_a_long_upload_is_split_and_only_its_first_packet_has_the_time() -> None:
    groups = [[Pair(f"a{n:05d}", "Rtd", "1.000"), Pair(f"a{n:05d}", "Flag", "N")] for n in range(80)]
    packets = read(b"".join(write_upload(ADDRESS, NOON, Upload(Command.REALTIME, NOON, groups), wants_answer=True)))
    assert [packet.packet for packet in packets] == [(n + 1, len(packets)) for n in range(len(packets))]
    assert [packet.data_time for packet in packets] == [NOON] + [None] * (len(packets) - 1)
    assert len({packet.qn for packet in packets}) == len(packets)
    assert sum(len(packet.factors) for packet in packets) == 80
    assert all(packet.faults == () for packet in packets)


names = st.from_regex(r"[a-z][0-9]{5}", fullmatch=True)
values = st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)


@given(st.dictionaries(names, values, max_size=30))
def test_what_is_written_is_read_back(factors: dict[str, str]) -> None:
    groups = [[Pair(code, "Rtd", value), Pair(code, "Flag", "N")] for code, value in factors.items()]
    fields = read_fields(write_fields({"ST": "22", "CN": "2011"}, {"DataTime": "20190601120000"}, groups))
    assert fields.factors == {code: {"Rtd": value, "Flag": "N"} for code, value in factors.items()}
    assert fields.faults == ()


standard_like = st.builds(
    "QN=2019060112000{};ST={};CN={};PW={};MN={};Flag={};CP=&&{}&&".format,
    st.sampled_from(["0000", "000", "0x00"]),
    st.sampled_from(["22", "31", "b2"]),
    st.sampled_from(["2011", "1001", "9014"]),
    st.sampled_from(["123456", "", "p w"]),
    st.sampled_from([MN, MN.lower(), "A1"]),
    st.sampled_from(["0", "1", "4", "5", "6", "8", "9", "12", ""]),
    st.lists(
        st.sampled_from(["DataTime=20190601120000", "DataTime=2019", "a34004-Rtd=35", "a34004-Flag=N", "LA-td=1"])
        | st.text("a3-=;,& R\u4e00", max_size=8),
        max_size=4,
    ).flatmap(lambda items: st.sampled_from([";".join(items), ",".join(items)])),
)


@example(f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&DataTime=20190631000000&&")
@example(f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&;&&")
@given(standard_like | st.text(max_size=100))
def test_reading_at_once_and_field_by_field_agree(segment: str) -> None:
    frame = Frame(b"", segment.encode("utf-8", "surrogatepass"), (Fault.NO_TAIL,))
    assert read_message(frame) == read_any(frame)


@given(st.binary(max_size=400))
def test_no_segment_raises(segment: bytes) -> None:
    read_message(Frame(b"", segment))


def test_only_the_flag_n_is_a_measurement() -> None:
    assert [flag for flag in DataFlag if flag.is_measurement] == [DataFlag("N")]


# HJ 212-2017, table B.2, names the code of 2005 beside its own.
@pytest.mark.parametrize(("old", "new"), [("01", "a34013"), ("S08", "a01013"), ("PM10", "a34002"), ("XX", "XX")])
def test_old_codes_are_known_under_their_new_names(old: str, new: str) -> None:
    assert current_code(old) == new


def test_text_without_a_name_before_any_item_is_dropped_and_said() -> None:
    fields = read_fields(b"CP=&&offline;a34004-Rtd=35&&")
    assert fields.factors == {"a34004": {"Rtd": "35"}}
    assert fields.faults == (Fault.ITEM_WITHOUT_VALUE,)


def test_blanks_around_a_dash_do_not_belong_to_the_code() -> None:
    assert read_fields(b"CP=&&a34004 - Rtd=35&&").factors == {"a34004": {"Rtd": "35"}}


def test_a_short_upload_is_one_frame_without_packet_numbers() -> None:
    groups = [[Pair("a34004", "Rtd", "35")]]
    [sent] = write_upload(ADDRESS, NOON, Upload(Command.REALTIME, NOON, groups), wants_answer=False)
    [got] = read(sent)
    assert (got.packet, got.flag, got.data_time, got.factors) == (None, 4, NOON, {"a34004": {"Rtd": "35"}})


@example(f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&DataTime=20190631000000&&")
@example(f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&&&")
@example(f"QN=20190601120000000;ST=22;CN=2051;PW=1;MN={MN};Flag=5;CP=&&DataTime=20190601000000;a34004-Avg=35&&")
@example(f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&;&&")
@given(standard_like | st.text(max_size=100))
def test_the_head_of_an_upload_is_its_message_without_values_or_nothing(segment: str) -> None:
    frame = Frame(b"", segment.encode("utf-8", "surrogatepass"), (Fault.NO_TAIL,))
    head = read_upload_head(frame)
    if head is not None:
        assert head == read_any(frame)._replace(factors={}, pairs=())


def test_a_plain_upload_has_a_head_and_a_request_has_none() -> None:
    upload = f"QN=20190601120000000;ST=22;CN=2011;PW=1;MN={MN};Flag=5;CP=&&DataTime=20190601120000;LA-Rtd=5&&"
    request = f"QN=20190601120000000;ST=22;CN=1011;PW=1;MN={MN};Flag=5;CP=&&&&"
    heads = [read_upload_head(Frame(b"", text.encode())) for text in (upload, request)]
    assert [head.parameters if head else None for head in heads] == [{"DataTime": "20190601120000"}, None]
    assert read_upload_head(Frame(b"", b"\xff")) is None
