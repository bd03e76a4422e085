"""The action server with fault points around each call of the api."""

from actions import practice_api, server
from tests.faults.points import reach


class Desk(practice_api.PracticeApi):
    """The client of the api, with a point before and after each call."""

    async def _call(self, turn, method, path, body=None):
        name = path.rsplit("/", 1)[1]
        await reach(f"actions.before_{name}", turn.session_id)
        answer = await super()._call(turn, method, path, body)
        await reach(f"actions.after_{name}", turn.session_id)
        return answer


if __name__ == "__main__":
    server.PracticeApi = Desk
    server.main()
