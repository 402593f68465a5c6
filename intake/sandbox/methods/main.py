"""main/data."""

from intake.sandbox.account_shape import account_data

from .registry import Call, Reply, method


@method("main/data", verb="GET")
def data(call: Call) -> Reply:
    """Tell everything an integration must know in advance."""
    return Reply({"result": account_data(call.account, call.api_key)})
