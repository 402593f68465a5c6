"""Who is responsible for a lead or a deal: the administrator, an employee or a department."""

from dataclasses import dataclass

from .account import Account
from .enquiry import check_employee
from .errors import RefusalError
from .params import Params


@dataclass(frozen=True)
class Responsible:
    """The three columns by which the CRM says who is responsible; all 0 means nobody."""

    user_id: int
    employee_id: int
    department_id: int


def read_responsible(params: Params, account: Account) -> Responsible:
    """Read `employee_id` or `department_id`, one of which must be there.

    Employee 0 is the administrator; but beside a department it is the zero many clients send
    for what they leave open, and the department is responsible.
    """
    employee_id = check_employee(params.id("employee_id"), account)
    department_id = check_department(params.id("department_id"), account)
    if employee_id is None and not department_id:
        raise RefusalError("Не указан employee_id или department_id")
    if department_id and not employee_id:
        return Responsible(0, 0, department_id)
    return Responsible(account.user_id, employee_id or 0, department_id or 0)


def check_department(department_id: int | None, account: Account) -> int | None:
    """Let 0 and a known department through; refuse an unknown one."""
    if department_id and account.department(department_id) is None:
        raise RefusalError(f"Отдел с department_id {department_id} не найден")
    return department_id


def check_user(user_id: int | None, account: Account) -> int | None:
    """Let 0 and the account's administrator through; refuse anybody else."""
    if user_id and user_id != account.user_id:
        raise RefusalError(f"Администратор с user_id {user_id} не найден")
    return user_id


def named(one: Responsible, account: Account) -> str:
    """Say who is responsible, in words."""
    employee = account.employee(one.employee_id)
    department = account.department(one.department_id)
    names = [found.full_name for found in (employee,) if found]
    names += [f"отдел «{found.name}»" for found in (department,) if found]
    return ", ".join(names) or ("администратор" if one.user_id else "никто")
