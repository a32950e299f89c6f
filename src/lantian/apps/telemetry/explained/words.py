"""The protocols' codes in words (编码释义): faults, commands, system codes, suffixes, bits."""

from collections.abc import Mapping

from lantian.kernel.errors import Text

FAULTS: Mapping[str, Text] = {
    "noise-before": Text("报文前有多余字节", "bytes of noise before the frame"),
    "length-field-not-4-digits": Text("长度字段不是 4 位数字", "the length is not four digits"),
    "length-wrong": Text("长度与内容不符", "the length does not fit the content"),
    "crc-lower-case": Text("校验码为小写", "the check sum is in lower case"),
    "crc-without-leading-zero": Text("校验码缺前导零", "the check sum lacks its leading zero"),
    "crc-bytes-swapped": Text("校验码高低字节颠倒", "the bytes of the check sum are swapped"),
    "crc-modbus": Text("校验码按 MODBUS 计算", "the check sum is a MODBUS one"),
    "crc-wrong": Text("校验码错误", "the check sum is wrong"),
    "no-crlf": Text("缺报文尾 CR LF", "the line end CR LF is missing"),
    "lf-only": Text("报文尾只有 LF", "the line end is LF alone"),
    "no-cp": Text("没有 CP 数据区", "there is no CP area"),
    "text-gb18030": Text("文字为 GB 18030 编码", "the text is in GB 18030"),
    "text-unreadable": Text("文字无法解读", "the text cannot be read"),
    "keys-upper-case": Text("字段名大小写不合规定", "field names are not written as the standard does"),
    "blanks": Text("字段中有空白", "there are blanks in fields"),
    "trailing-separator": Text("末尾有多余分隔符", "there is a separator too many at the end"),
    "comma-for-semicolon": Text("分号误作逗号", "a comma stands for a semicolon"),
    "item-without-value": Text("字段没有值", "a field has no value"),
    "factor-repeated": Text("因子重复", "a factor is repeated"),
    "suffix-misspelt": Text("后缀拼写错误", "a suffix is misspelt"),
    "flag-alone": Text("标记前没有数值", "a flag stands without its value"),
    "no-qn": Text("缺请求编号 QN", "QN is missing"),
    "qn-format": Text("QN 格式不符", "QN is not as it should be"),
    "no-mn": Text("缺设备标识 MN", "MN is missing"),
    "mn-not-24-hex": Text("MN 不是 24 位十六进制", "MN is not 24 hexadecimal digits"),
    "no-flag": Text("缺 Flag", "Flag is missing"),
    "flag-format": Text("Flag 格式不符", "Flag is not as it should be"),
    "no-cn": Text("缺命令编码 CN", "CN is missing"),
    "packet-fields-and-flag-disagree": Text("分包字段与 Flag 不符", "packet fields and Flag disagree"),
    "time-format": Text("时间格式不符", "a time is not as it should be"),
    "version-2025-unconfirmed": Text("2025 版内容尚无确认文本，不作猜测", "content of 2025 without a confirmed text"),
    "sm4-cipher": Text("SM4 加密内容，不能解读", "content enciphered with SM4, not readable"),
    "check-byte-wrong": Text("校验字节错误", "the check byte is wrong"),
    "gb32960": Text("是 GB/T 32960 报文", "it is a frame of GB/T 32960"),
    "body-length-wrong": Text("消息体长度不符", "the length of the body does not fit"),
    "header-incomplete": Text("消息头不完整", "the header is incomplete"),
    "escape-unknown": Text("转义字符不合规定", "an escape that the standard does not have"),
    "not-logged-in": Text("未登入即上报", "reports before its login"),
    "vin-changed": Text("VIN 中途改变", "the VIN changed on the way"),
    "obd-vin-differs": Text("OBD 中的 VIN 不符", "the VIN of the OBD block differs"),
    "logout-serial-differs": Text("登出流水号不符", "the serial of the logout differs"),
}

HJ212_COMMANDS: Mapping[str, Text] = {
    "1000": Text("设置超时和重发次数", "set time-out and retries"),
    "1011": Text("提取现场机时间", "get the device's time"),
    "1012": Text("设置现场机时间", "set the device's time"),
    "1013": Text("现场机时间校准请求", "the device asks for the time"),
    "1061": Text("提取实时数据间隔", "get the real-time interval"),
    "1062": Text("设置实时数据间隔", "set the real-time interval"),
    "1063": Text("提取分钟数据间隔", "get the minute interval"),
    "1064": Text("设置分钟数据间隔", "set the minute interval"),
    "1072": Text("设置现场机密码", "set the device's password"),
    "2011": Text("实时数据", "real-time data"),
    "2012": Text("停止察看实时数据", "stop real-time data"),
    "2021": Text("设备运行状态", "state of facilities"),
    "2022": Text("停止察看设备运行状态", "stop the state of facilities"),
    "2031": Text("日历史数据", "daily data"),
    "2041": Text("设备运行时间日数据", "daily running time"),
    "2051": Text("分钟数据", "minute data"),
    "2061": Text("小时数据", "hourly data"),
    "2081": Text("数采仪开机时间", "the logger has started"),
    "3011": Text("零点校准量程校准", "calibrate zero and span"),
    "3012": Text("即时采样", "sample at once"),
    "3013": Text("启动清洗反吹", "clean and blow back"),
    "3014": Text("比对采样", "comparison sample"),
    "3015": Text("超标留样", "keep a sample"),
    "3016": Text("设置采样时间周期", "set the sampling period"),
    "3017": Text("提取采样时间周期", "get the sampling period"),
    "3018": Text("提取出样时间", "get the time of the sample"),
    "3019": Text("提取设备唯一标识", "get the instrument's id"),
    "3020": Text("提取现场机信息", "get the device's information"),
    "3021": Text("设置现场机参数", "set a parameter"),
    "9011": Text("请求应答", "answer to a request"),
    "9012": Text("执行结果", "result of a request"),
    "9013": Text("通知应答", "answer to a notice"),
    "9014": Text("数据应答", "answer to data"),
    "9015": Text("心跳", "heartbeat"),
}

HJ212_SYSTEMS: Mapping[str, Text] = {
    "21": Text("地表水质量监测", "surface water"),
    "22": Text("空气质量监测", "air quality"),
    "23": Text("声环境质量监测", "noise"),
    "27": Text("挥发性有机物监测", "VOC"),
    "31": Text("大气环境污染源", "air pollution sources"),
    "32": Text("地表水污染源", "water pollution sources"),
    "39": Text("扬尘监测", "dust"),
    "91": Text("系统交互", "between the systems"),
}

HJ212_FIELDS: Mapping[str, Text] = {
    "QN": Text("请求编号（发送时刻）", "request number (when it was sent)"),
    "ST": Text("系统编码", "system code"),
    "CN": Text("命令编码", "command code"),
    "PW": Text("访问密码", "password"),
    "MN": Text("设备唯一标识", "the device's id"),
    "Flag": Text("拆分包及应答标志", "version, packets, answer wanted"),
    "PNUM": Text("总包数", "number of packets"),
    "PNO": Text("包号", "number of this packet"),
    "DataTime": Text("数据时间", "time of the data"),
    "SystemTime": Text("系统时间", "time of the system"),
    "BeginTime": Text("开始时间", "begin"),
    "EndTime": Text("结束时间", "end"),
    "RestartTime": Text("开机时间", "start of the logger"),
    "PolId": Text("污染物编码", "factor code"),
    "InfoId": Text("现场端信息编码", "code of the information"),
    "RtdInterval": Text("实时数据间隔", "real-time interval"),
    "MinInterval": Text("分钟数据间隔", "minute interval"),
    "OverTime": Text("超时时间", "time-out"),
    "ReCount": Text("重发次数", "retries"),
    "NewPW": Text("新密码", "new password"),
    "QnRtn": Text("请求回应代码", "answer code"),
    "ExeRtn": Text("执行结果回应代码", "result code"),
}

HJ212_SUFFIXES: Mapping[str, Text] = {
    "Rtd": Text("实时值", "real-time value"),
    "Min": Text("最小值", "minimum"),
    "Avg": Text("平均值", "mean"),
    "Max": Text("最大值", "maximum"),
    "ZsRtd": Text("折算实时值", "converted real-time value"),
    "ZsMin": Text("折算最小值", "converted minimum"),
    "ZsAvg": Text("折算平均值", "converted mean"),
    "ZsMax": Text("折算最大值", "converted maximum"),
    "Cou": Text("累计值", "total"),
    "Flag": Text("数据标记", "data flag"),
    "EFlag": Text("设备标志", "device flag"),
    "SampleTime": Text("采样时间", "sampling time"),
    "Data": Text("数据", "data"),
    "DayData": Text("昼间数据", "daytime data"),
    "NightData": Text("夜间数据", "night data"),
    "Info": Text("信息", "information"),
    "RS": Text("运行状态", "state"),
    "RT": Text("运行时间", "running time"),
    "SN": Text("序列号", "serial number"),
}

GB17691_COMMANDS: Mapping[int, Text] = {
    1: Text("车辆登入", "login"),
    2: Text("实时信息上报", "report"),
    3: Text("补发信息上报", "report sent afterwards"),
    4: Text("车辆登出", "logout"),
    5: Text("终端校时", "time"),
}

GB17691_BLOCKS: Mapping[int, Text] = {
    0x01: Text("OBD 信息", "on-board diagnosis"),
    0x02: Text("数据流信息", "data stream"),
    0x03: Text("三元催化数据流", "catalyst stream"),
    0x04: Text("混合动力补充信息", "hybrid supplement"),
    0x05: Text("三元催化氮氧数据流", "catalyst stream with NOx"),
    0x80: Text("补充数据流", "supplementary stream"),
}

GB17691_QUANTITIES: Mapping[str, Text] = {
    "speed_kmh": Text("车速", "speed"),
    "baro_kpa": Text("大气压力", "air pressure"),
    "net_torque_pct": Text("发动机净输出扭矩", "net engine torque"),
    "friction_torque_pct": Text("摩擦扭矩", "friction torque"),
    "rpm": Text("发动机转速", "engine speed"),
    "fuel_lph": Text("燃料流量", "fuel rate"),
    "nox_up_ppm": Text("SCR 上游 NOx", "NOx before the SCR"),
    "nox_down_ppm": Text("SCR 下游 NOx", "NOx after the SCR"),
    "reagent_pct": Text("反应剂余量", "reagent level"),
    "air_kgph": Text("进气量", "air flow"),
    "scr_in_c": Text("SCR 入口温度", "SCR inlet temperature"),
    "scr_out_c": Text("SCR 出口温度", "SCR outlet temperature"),
    "dpf_kpa": Text("DPF 压差", "DPF pressure drop"),
    "coolant_c": Text("冷却液温度", "coolant temperature"),
    "fuel_level_pct": Text("油箱液位", "fuel level"),
    "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"),
    "mileage_km": Text("累计里程", "mileage"),
    "torque_mode": Text("扭矩模式", "torque mode"),
    "accelerator_pct": Text("油门踏板", "accelerator"),
    "total_fuel_l": Text("累计油耗", "total fuel"),
    "urea_temperature_c": Text("尿素箱温度", "urea temperature"),
    "urea_injected_ml": Text("尿素喷射量", "urea injected"),
    "total_urea_g": Text("累计尿素消耗", "total urea"),
    "dpf_exhaust_c": Text("DPF 排气温度", "DPF exhaust temperature"),
    "motor_rpm": Text("电机转速", "motor speed"),
    "motor_load_pct": Text("电机负荷", "motor load"),
    "battery_v": Text("电池电压", "battery voltage"),
    "battery_a": Text("电池电流", "battery current"),
    "battery_soc_pct": Text("电池荷电状态", "battery state of charge"),
}

GB17691_STATES: Mapping[str, Text] = {
    "valid": Text("", ""),
    "invalid": Text("无效值", "no value"),
    "out-of-range": Text("超出有效范围", "out of its range"),
}

JT808_MESSAGES: Mapping[int, Text] = {
    0x0001: Text("终端通用应答", "terminal's general answer"),
    0x0002: Text("终端心跳", "heartbeat"),
    0x0003: Text("终端注销", "logout"),
    0x0004: Text("查询服务器时间", "asks for the time"),
    0x0100: Text("终端注册", "registration"),
    0x0102: Text("终端鉴权", "authentication"),
    0x0200: Text("位置信息汇报", "location"),
    0x0201: Text("位置信息查询应答", "answer to a location query"),
    0x0704: Text("定位数据批量上传", "batch of locations"),
    0x0900: Text("数据上行透传", "data passed through"),
}

JT808_STATUS: Mapping[int, Text] = {
    1 << 0: Text("ACC 开", "ignition on"),
    1 << 1: Text("已定位", "fixed"),
    1 << 2: Text("南纬", "south"),
    1 << 3: Text("西经", "west"),
    1 << 4: Text("停运", "out of service"),
    1 << 5: Text("经纬度加密", "position enciphered"),
    1 << 10: Text("油路断开", "fuel cut"),
    1 << 11: Text("电路断开", "circuit cut"),
    1 << 18: Text("GPS", "GPS"),
    1 << 19: Text("北斗", "BeiDou"),
    1 << 20: Text("GLONASS", "GLONASS"),
    1 << 21: Text("Galileo", "Galileo"),
}

JT808_ALARMS: Mapping[int, Text] = {
    1 << 0: Text("紧急报警", "emergency"),
    1 << 1: Text("超速", "overspeed"),
    1 << 2: Text("疲劳驾驶", "fatigue"),
    1 << 4: Text("定位模块故障", "positioning fault"),
    1 << 5: Text("天线断开", "antenna cut"),
    1 << 6: Text("天线短路", "antenna shorted"),
    1 << 7: Text("主电源欠压", "low power"),
    1 << 8: Text("主电源掉电", "power lost"),
    1 << 18: Text("当天累计驾驶超时", "driving too long today"),
    1 << 20: Text("进出区域", "area entered or left"),
    1 << 21: Text("进出路线", "route entered or left"),
    1 << 23: Text("路线偏离", "off its route"),
    1 << 29: Text("碰撞预警", "collision"),
    1 << 30: Text("侧翻预警", "rollover"),
}


def fault_words(name: str) -> Text:
    """Return a fault in words; an unknown one goes by its name."""
    return FAULTS.get(name, Text(name, name))


def bits(value: int, known: Mapping[int, Text]) -> Text:
    """Return the set bits of a field in words; unknown ones by their number.

    >>> bits(0b11, JT808_STATUS).en
    'ignition on, fixed'
    """
    held = [at for at in range(value.bit_length()) if value >> at & 1]
    found = [known.get(1 << at, Text(f"位 {at}", f"bit {at}")) for at in held]
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))
