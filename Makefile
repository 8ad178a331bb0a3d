# The verbs of the lab; bare `make` prints them. Each one makes .venv first when it is missing or out of date.
.SILENT:
.PHONY: help demo check learn grade up down scenario matrix record sql web test test-fast bench lint clean name docker

BIN := .venv/bin
SERVERS := postgresql mysql mariadb
strict := $(filter-out 0,$(STRICT))
OPTIONS = $(strip $(foreach target,$(ON),--on '$(target)') $(if $(ROWS),--rows '$(ROWS)') $(if $(FORMAT),--format '$(FORMAT)') $(if $(strict),--strict))
help:
	echo "Migration Lab: one schema change on four engines, and what each of them did."; echo
	sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | while read -r verb text; do printf '  make %-9s %s\n' "$$verb" "$$text"; done; \
	echo; echo "scenario and matrix take ON=postgresql:15 ROWS=10000 FORMAT=json STRICT=1."; echo "Start with: make demo"

demo: .venv/ready ## One startling story on SQLite, in seconds, no server
	$(BIN)/flask lab demo
check: .venv/ready ## Your own migrations: make check DIR=../shop APP=app:create_app
	$(BIN)/migration-lab check '$(or $(DIR),$(if $(APP),.,examples/shop))' $(if $(APP),--app '$(APP)') $(OPTIONS)
learn: .venv/ready ## The lesson with your own hands: the list, and what to type next
	$(BIN)/migration-lab learn $(if $(NAME),'$(NAME)')
grade: .venv/ready ## Judge what a class has handed in: make grade FOLDERS="class/*"
	$(BIN)/migration-lab grade $(or $(FOLDERS),$(error Whose? Type the pupils' folders: make grade FOLDERS="class/*")) $(OPTIONS)
up: docker ## Start PostgreSQL, MySQL and MariaDB, and wait until they answer
	docker image inspect $$(docker compose config --images $(SERVERS)) >/dev/null 2>&1 || docker compose pull $(SERVERS)
	start=$$(date +%s); said=$$(docker compose --progress quiet up --detach $(SERVERS) 2>&1) || { echo "$$said" | sed -E \
	  's/.*(127\.0\.0\.1:[0-9]+).*already (allocated|in use).*/\1 is taken. Choose another port: cp .env.example .env, edit it, make up/' >&2; exit 2; }; \
	for server in $(SERVERS); do \
	  docker compose --progress quiet up --wait $$server >/dev/null 2>&1 || { echo "$$server does not answer. What it said: docker compose logs $$server" >&2; exit 2; }; \
	  printf '  %-11s ready %4d s   %s\n' $$server $$(($$(date +%s) - start)) "$$(docker compose ps --format '{{.Ports}}' $$server | sed -E 's/.*(127\.0\.0\.1:[0-9]+).*/\1/')"; \
	done
down: docker ## Stop them; nothing is left
	docker compose --progress quiet down -v
scenario: name .venv/ready ## One scenario on every engine: make scenario NAME=add_age
	$(BIN)/flask lab run '$(NAME)' $(OPTIONS)
matrix: .venv/ready ## Every scenario on every engine, data at risk first
	$(BIN)/flask lab run --all $(OPTIONS)
record: .venv/ready ## Keep what every scenario did in results/recorded/
	$(BIN)/flask lab record
sql: name .venv/ready ## The SQL of every dialect, no server: make sql NAME=add_age
	$(BIN)/flask lab sql '$(NAME)'
web: .venv/ready ## The last results as a page on http://127.0.0.1:8080
	$(BIN)/flask lab web
test: .venv/ready ## The tests, the matrix among them; STRICT=1 wants every engine
	$(if $(strict),LAB_STRICT=1) $(BIN)/pytest $(ARGS)
test-fast: .venv/ready ## Those that need nothing but Python, in under a minute
	$(BIN)/pytest -m fast $(ARGS)
bench: .venv/ready ## The figures, beside what one would do by hand
	$(BIN)/python -m bench
lint: .venv/ready ## ruff, mypy, and the one-way flow of the modules
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports
clean: .venv/ready ## Remove whatever a killed run has left
	$(BIN)/flask lab clean
name: ; $(if $(NAME),,$(error Which scenario? For one: make $(firstword $(MAKECMDGOALS)) NAME=add_age. All of them: $(BIN)/flask lab list))
docker:
	docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 || { echo "Docker with Compose v2 does not answer. Start it, or do without: make matrix takes what this computer has." >&2; exit 2; }
# A Python without ensurepip cannot make one: Debian packs it apart.
.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || { echo "Making .venv, once ..." >&2; for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  $$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && exec $$python -m venv .venv; done; \
	  echo "Python 3.11 to 3.14 with venv is needed. Debian, Ubuntu: apt install python3-venv. macOS: brew install python@3.14" >&2; exit 2; }
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]' && $(BIN)/python -m compileall -q lab_app && touch $@
