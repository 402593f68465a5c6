"""Deals as the examples of the API reference show them."""

OK = {"status_code": 200, "message": "success"}
DEAL = {
    "id": "326622",
    "crm_id": "5417",
    "pipeline_id": "9520",
    "client_id": "549342",
    "stage_id": "27669",
    "user_id": "3844",
    "employee_id": "0",
    "old_employee_id": None,
    "department_id": "0",
    "inbox_type_id": "38773",
    "it_reaction": "0",
    "with_event": "0",
    "stage_updated_at": "2017-11-06 18:01:41",
    "created_at": "2017-11-06 18:01:40",
    "updated_at": None,
    "deleted_at": None,
    "stage_name": "Уточнение",
    "stage_color": "rgb(245,58,255)",
    "status_id": "2002",
    "name": "Сделка",
    "connected_lead_id": ["1643973"],
}
NEW_DEAL = {
    "id": 5572,
    "pipeline_id": 229,
    "client_id": 2661,
    "stage_id": 376,
    "user_id": 0,
    "employee_id": 0,
    "old_employee_id": 64,
    "department_id": 1,
}
LISTED = {
    "id": "78107",
    "client_id": "63953",
    "stage_id": "915",
    "stage": "В работе",
    "status_id": "2002",
    "client_name": "Анна",
    "values": {
        "service": {"name": {"id": "322525", "input_id": "2001", "value": "Сделка"}},
        "custom": [{"input_id": 3824, "value": 40}],
    },
    "connected_lead_id": [],
}
FOUND = {
    "id": 3820,
    "stage": "В работе",
    "task_time": "2019-03-19 16:00:00",
    "closed_at": None,
    "client_name": "Олег Газманов",
    "lead_created_at": "2019-03-18 09:00:26",
    "contact_name": "",
    "phone": 79123456789,
    "email": "example@example.ru",
    "short_name": "ООО Окна",
    "inn": "5401122334",
    "last_comment": "перезвонить",
    "contacts": [
        {
            "contact_name": "Филипп",
            "phone": "",
            "email": "f@example.ru",
            "contact_id": 1705,
            "indexUnqId": 0,
        }
    ],
    "companies": [],
    "values": {"found_in": None, "custom": [], "service": {}},
}
ENTRY = {
    "id": 340337,
    "crm_element_id": 3,
    "element_id": 97787,
    "type_id": 2009,
    "data": {"direction": 1, "comment": "Комментарий", "duration_bill": 5},
    "user_id": 6444,
    "employee_id": 0,
    "created_at": "2021-01-27 12:18:48",
}
