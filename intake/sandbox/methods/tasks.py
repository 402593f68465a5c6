"""deal/updatetask, deal/getTask, deal/getTasks, task/list."""
