ENVIRONMENT = {"ADMIN_EMAIL": "ann@example.com", "Items_Per_User": "7"}
FILES = {".env": 'ADMIN_EMAIL="bob@example.com"\nAPP_NAME=From the file\n'}

PROGRAMS = {
    3: {"app/__init__.py": 0, "app/main.py": 3, "app/config.py": 2},
    5: {"app/__init__.py": 0, "app/main.py": 5, "app/config.py": 4, "app/test_main.py": 6},
    8: {"app/__init__.py": 0, "app/main.py": 8, "app/config.py": 7},
}
REQUESTS = {(1, 3, 5, 8): ["GET /info", "GET /info?app_name=other", "POST /info"]}
