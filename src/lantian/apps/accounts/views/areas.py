"""The areas for the maps."""

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from lantian.apps.accounts.models import Area


def areas_version(request: HttpRequest) -> str:
    """Return a tag that changes when a boundary, a name or the language does."""
    stamp = Area.objects.with_boundary().values_list("code", "name_zh", "name_en", "short_zh", "schematic", "geometry")
    digest = hashlib.sha256(repr((get_language(), list(stamp))).encode())
    return f'"{digest.hexdigest()[:20]}"'


@require_safe
@cache_control(private=True, max_age=300)
@condition(etag_func=areas_version)
def areas_geojson(request: HttpRequest) -> HttpResponse:
    """Return the boundaries for the maps, as GeoJSON in WGS 84."""
    features = [area.feature() for area in Area.objects.with_boundary()]
    body = {"type": "FeatureCollection", "features": features}
    return JsonResponse(body, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})
