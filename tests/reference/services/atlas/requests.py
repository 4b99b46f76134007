MAIN = "places/main.py"
FILES = {"atlas.env": 'ATLAS_OWNER="from the file"\nATLAS_SCALE=7\n'}
ENVIRONMENT = {"ATLAS_SCALE": "9", "Atlas_Languages": '["de", "da"]'}

REQUESTS = [
    "GET /",
    "GET /settings",
    "GET /v1/islands/",
    "GET /v1/islands",
    "GET /v1/islands/sylt",
    "GET /v1/islands/atlantis",
    ("GET /v1/islands/foehr", {"headers": {"x-caller": "ann"}}),
    ("GET /v1/islands/foehr", {"headers": {"x-caller": "pirate"}}),
    "PUT /v1/islands/sylt",
    "PUT /v1/islands/foehr",
    "DELETE /v1/islands/foehr",
    "GET /v1/rivers",
    "GET /v1/rivers/",
    "GET /v1/rivers/longest",
    "GET /waters",
    "GET /waters/longest",
    "GET /admin/islands/sylt",
    "POST /admin/islands/sylt",
    "GET /islands/",
    "GET /openapi.json",
    ("GET /nowhere", {"headers": {"x-caller": "pirate"}}),
]
