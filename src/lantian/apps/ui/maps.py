"""The words of the map library's own controls (地图控件), the same on every map."""

from django.utils.translation import gettext as _


def control_texts() -> dict[str, str]:
    """Return the library's texts in the page's language."""
    return {
        "NavigationControl.ZoomIn": _("放大"),
        "NavigationControl.ZoomOut": _("缩小"),
        "Map.Title": _("地图"),
        "Marker.Title": _("地图标记"),
        "ScaleControl.Feet": "ft",
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
        "CooperativeGesturesHandler.WindowsHelpText": _("按住 Ctrl 并滚动以缩放地图"),
        "CooperativeGesturesHandler.MacHelpText": _("按住 ⌘ 并滚动以缩放地图"),
        "CooperativeGesturesHandler.MobileHelpText": _("用两指移动地图"),
    }
