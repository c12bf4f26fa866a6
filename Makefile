PYTHON ?= python3
BIN := .venv/bin

.PHONY: brief test check lint docs bench serve lock clean

brief: .venv/ready ; $(BIN)/hansa brief eurasia --on 2000-05-24
test: lint check ; $(BIN)/pytest -n auto --dist loadfile
check: .venv/dev ; $(BIN)/hansa check eurasia && $(BIN)/hansa check docs/worlds/two-towns
lint: .venv/dev ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
docs: .venv/dev ; $(BIN)/sphinx-build -b html docs docs/_build/html
bench: .venv/dev ; $(BIN)/python -m benchmarks $(ONLY)
serve: .venv/web ; $(BIN)/hansa serve --demo
lock: .venv/dev ; $(BIN)/python scripts/lock.py
clean: ; rm -rf .venv docs/_build out

.venv/ready: requirements/run.txt pyproject.toml ; $(PYTHON) -m venv .venv && $(BIN)/pip install -q -r requirements/run.txt && $(BIN)/pip install -q --no-deps -e . && touch $@
.venv/web: .venv/ready requirements/web.txt ; $(BIN)/pip install -q -r requirements/web.txt && touch $@
.venv/dev: .venv/ready requirements/dev.txt ; $(BIN)/pip install -q -r requirements/dev.txt && touch $@
