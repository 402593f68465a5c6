"""What is tried out where no CRM is configured: one site and the sandbox."""

import json
from pathlib import Path

NOTE = """\
# Сделано командой run: CRM не настроена, заявки идут в учебную.
# Файл пишется заново при каждом запуске. Свои сайты: cp sites.example.toml sites.toml
"""


def demo_sites(sandbox_url: str, key_file: Path) -> str:
    """Return a `sites.toml` that shows the whole way: lead, deal, stage.

    One site, so that a post need not name it. The ids are those of the sandbox's account.
    """
    return f"""{NOTE}
[crm.sandbox]
url = {json.dumps(sandbox_url)}
api_key = {json.dumps(f"file:{key_file}", ensure_ascii=False)}
crm_id = 2119
rate = 100

[site.okna]
title = "Пластиковые окна"
crm = "sandbox"
default_country = "RU"
create = "set"
inbox_type_id = 13045
pipeline_id = 3689
employee_id = 182
tags = ["окна"]
start = {{ user_id = 3844, employee_id = 182 }}
stage = {{ stage_id = 5636, employee_id = 182 }}
custom_inputs = [3824, 3819, 3444]

[site.okna.fields]
"Площадь" = {{ custom = 3824 }}
"Адрес" = {{ custom = 3819 }}
"Телеграм" = {{ contact = "telegram" }}
"""
