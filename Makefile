# Приём заявок для Envybox CRM. «make» без слов показывает, что есть.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTERS ?= 2
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run intake test lint types imports unit faults bench bench-normalise bench-log bench-export soak leak axe lock clean browser strace translations

help: ## показать эти строки
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## поставить, что нужно, и запустить всё на этой машине
	@exec $(BIN)/python -m intake run

intake: $(VENV)/.installed ## команда рядом с make run: make intake DO="users list"
	@exec $(BIN)/python -m intake run $(DO)

test: lint types imports unit ## проверить всё: стиль, типы, границы, тесты в браузере и на двух базах

lint: $(VENV)/.installed-dev ## стиль: ruff
	@echo "— ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(VENV)/.installed-dev ## типы: mypy --strict
	@echo "— mypy"
	@$(BIN)/mypy --no-error-summary

imports: $(VENV)/.installed-dev ## границы пакетов: import-linter
	@echo "— import-linter"
	@$(BIN)/lint-imports --no-logo >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }

unit: $(VENV)/.installed-dev browser strace ## только тесты: pytest
	@echo "— pytest"
	@$(BIN)/python -m pytest --numprocesses $(TESTERS)

bench: $(VENV)/.installed-dev ## сколько заявок в секунду принимает сервис рядом с пустым ответом
	@$(BIN)/python -m benchmarks.submit

bench-log: $(VENV)/.installed-dev ## во сколько обходится журнал с миллионом заявок рядом с десятью тысячами (LOG_ROWS=1000000)
	@$(BIN)/python -m benchmarks.log_pages

bench-export: $(VENV)/.installed-dev ## во сколько обходится выгрузка: время и память для CSV и XLSX (EXPORT_ROWS="10000 200000")
	@$(BIN)/python -m benchmarks.export

bench-normalise: $(VENV)/.installed-dev ## сколько времени и памяти берёт разбор заявки
	@$(BIN)/python -m benchmarks.normalise

translations: $(VENV)/.installed ## собрать тексты журнала в каталог английского и показать, чего в нём не хватает
	@$(BIN)/python -m intake.show.translations

axe: $(VENV)/.installed-dev browser ## доступность каждой страницы журнала, светлой и тёмной, широкой и узкой
	@AXE_EVERY_LOOK=1 $(BIN)/python -m pytest --numprocesses $(TESTERS) tests/browser/test_log_accessibility.py

faults: $(VENV)/.installed-dev browser strace ## каждый сбой в каждом виде на обеих базах (MACHINE_EXAMPLES=400)
	@EVERY_VARIANT=1 MACHINE_EXAMPLES=$${MACHINE_EXAMPLES:-400} $(BIN)/python -m pytest --numprocesses $(TESTERS) --timeout 3600 tests/faults

soak: $(VENV)/.installed-dev ## под нагрузкой убивать всё подряд и сверить с CRM каждую заявку (SOAK_SECONDS=120)
	@$(BIN)/python -m benchmarks.soak

leak: $(VENV)/.installed-dev ## растут ли память и открытые файлы за 10 000 доставок (LEAK_DELIVERIES=10000)
	@$(BIN)/python -m benchmarks.leak

lock: $(VENV)/.installed-dev ## показать, что и каких версий поставлено
	@$(PIP) freeze

clean: ## убрать окружение и кэши; данные в var/ остаются
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Chromium и Firefox проверяют страницы так, как их видит посетитель.
browser:
	@deploy/browsers.sh

# strace показывает, что заявка на диске раньше ответа.
strace:
	@deploy/strace.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Нужен Python 3.11 или новее; назовите его так: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Не создаётся окружение $(VENV); на Debian и Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Ставлю, что нужно для работы (один раз, около минуты)…"
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "Ставлю, что нужно для проверок (один раз, около минуты)…"
	@$(PIP) install -r requirements-dev.txt
	@touch $(VENV)/.installed $@
