"""lead/updateLeadValue, lead/update_employee."""
