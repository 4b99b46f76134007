"""Frontends: files, fallbacks, directories that are not there, and what stands beside them."""

from matrix.programs import Case, Program, Request

SOURCE = """folder = folder_of(FILES)
app = new_app()
DECLARED
"""
PAGE = [("accept", "text/html,*/*;q=0.8")]
REQUESTS = [
    Request("GET /"),
    Request("GET /deep/link", PAGE),
    Request("GET /deep/link"),
    Request("GET /nothing.js", PAGE),
    Request("GET /help", PAGE),
    Request("HEAD /"),
    Request("POST /"),
    Request("GET /api"),
    Request("GET /sub/read"),
    Request("GET /%2e%2e/etc/passwd"),
    Request("GET /a/b/c", PAGE),
    Request("GET /a"),
]
INDEX, BOTH = ["index.html"], ["index.html", "404.html", "help/index.html", "other.html"]
WHOLE = "app.frontend('/', directory=folder)"
PROGRAMS = {
    "index": (INDEX, WHOLE),
    "index and 404": (BOTH, WHOLE),
    "404 only": (["404.html"], WHOLE),
    "neither": (["other.html"], WHOLE),
    **{
        f"fallback {fallback}": (BOTH, f"app.frontend('/', directory=folder, fallback={fallback})")
        for fallback in ("'auto'", "'index.html'", "'404.html'", "'other.html'", "None", "False", "True")
    },
    "fallback that is missing": (INDEX, "app.frontend('/', directory=folder, fallback='404.html')"),
    "missing index": (["404.html"], "app.frontend('/', directory=folder, fallback='index.html')"),
    **{
        f"missing directory, check_dir={check}": (
            INDEX,
            f"app.frontend('/', directory=folder / 'no', check_dir={check})",
        )
        for check in ("'auto'", "True", "False")
    },
    "file as directory": (INDEX, "app.frontend('/', directory=folder / 'index.html')"),
    "no directory": (INDEX, "app.frontend('/', directory=None)"),
    "directory as text": (INDEX, "app.frontend('/', directory=str(folder))"),
    "empty path": (INDEX, "app.frontend('', directory=folder)"),
    "path without a slash": (INDEX, "app.frontend('a', directory=folder)"),
    "path with a parameter": (INDEX, "app.frontend('/{name}', directory=folder)"),
    "path with a slash at its end": (INDEX, "app.frontend('/a/', directory=folder)"),
    "twice": (INDEX, f"{WHOLE}\n{WHOLE}"),
    "nested": (BOTH, "app.frontend('/a', directory=folder)\napp.frontend('/a/b', directory=folder)"),
    "before an operation": (INDEX, f"{WHOLE}\n@app.get('/api')\nasync def api(): return 1"),
    "after an operation": (INDEX, f"@app.get('/api')\nasync def api(): return 1\n{WHOLE}"),
    "beside an operation of the root": (INDEX, f"{WHOLE}\n@app.get('/')\nasync def root(): return 1"),
    "beside an operation of everything": (
        INDEX,
        f"@app.get('/{{path:path}}')\nasync def all(path: str): return path\n{WHOLE}",
    ),
    "beside a mount": (
        INDEX,
        f"{WHOLE}\nsub = XAPI()\n@sub.get('/read')\nasync def read(): return 1\napp.mount('/sub', sub)",
    ),
    "of a router": (
        INDEX,
        "router = APIRouter(prefix='/a')\nrouter.frontend('/', directory=folder)\napp.include_router(router)",
    ),
    "of a router that is included": (
        INDEX,
        "router = APIRouter()\napp.include_router(router, prefix='/a')\n"
        "router.frontend('/', directory=folder)",
    ),
    "with dependencies": (
        INDEX,
        "def refuse(): raise HTTPException(401)\nrouter = APIRouter(dependencies=[Depends(refuse)])\n"
        "router.frontend('/', directory=folder)\napp.include_router(router)",
    ),
    "of an app with dependencies": (
        INDEX,
        f"def refuse(): raise HTTPException(401)\napp = new_app(dependencies=[Depends(refuse)])\n{WHOLE}",
    ),
    "in an app with ids made of tags": (
        INDEX,
        f"app = new_app(generate_unique_id_function=lambda route: route.tags[0])\n{WHOLE}\n"
        "@app.get('/api', tags=['t'])\nasync def api(): return 1",
    ),
    "in an app without slashes redirected": (BOTH, f"app = new_app(redirect_slashes=False)\n{WHOLE}"),
}

CASES = [
    Case(
        name,
        {
            "one spelling": Program(
                SOURCE.replace("FILES", repr(files)).replace("DECLARED", declared), REQUESTS
            )
        },
    )
    for name, (files, declared) in PROGRAMS.items()
]
