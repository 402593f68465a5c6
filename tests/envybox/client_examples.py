"""Clients, contacts and companies as the API reference prints them."""

OK = {"status_code": 200, "message": "success"}
PHONE = {
    "id": "14805",
    "crm_id": "244",
    "client_id": "18062",
    "birthday": "1990-04-12",
    "primary": "0",
    "created_at": "2020-06-01 14:51:42",
    "updated_at": None,
    "deleted_at": None,
    "type_id": "1",
    "value": "70009990000",
    "addon": "777",
    "element_note": "звонить вечером",
    "group_id": "1",
}
MAIN_PHONE = {**PHONE, "id": 14806, "primary": 1, "type_id": 1, "value": 79323210202}
EMAIL = {**PHONE, "type_id": "4", "value": "testclient@net.local", "group_id": "2"}
NAME = {
    "id": "16014",
    "client_id": "18062",
    "input_id": "1001",
    "type_id": "1",
    "value": "Тестовый клиент",
    "created_at": "2020-06-01 14:51:42",
    "name": "Имя",
    "name_id": "name",
}
DEAL = {"id": "198158", "pipeline_id": "1207", "client_id": "18062", "stage_id": "3310"}
CLIENT = {
    "id": "18062",
    "crm_id": "244",
    "created_at": "2020-06-01 14:51:42",
    "updated_at": None,
    "deleted_at": None,
    "values": {"service": {"name": NAME, "ip_place": None}, "custom": []},
    "contacts": [PHONE, MAIN_PHONE, EMAIL],
    "deals": [DEAL],
}
COMPANY: dict[str, object] = {
    "id": 140,
    "crm_id": 818,
    "crm_element_id": 2,
    "element_id": 1524699,
    "primary": 1,
    "short_name": "Империя",
    "full_name": 'ООО "Империя"',
    "inn": 785626523235,
    "kpp": "562365956",
    "ogrn": "254562325632656",
    "legal_address": "405060, г. Москва, ул. Центральная, д. 27",
    "postal_address": "708090, г. Москва, ул. Красная, д. 135",
    "general_manager": "Иванов Иван Иванович",
    "bank_name": 'АО "Тинькофф банк"',
    "bik": "84562156256236325632",
    "payment_account": "256256326509052548569095965269",
    "correspondent_account": "59628508090526088592626595665656",
    "created_at": "2023-09-15 15:41:24",
    "updated_at": "2023-09-15 15:41:24",
    "deleted_at": None,
}
