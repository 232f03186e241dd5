"""How every process is told what differs between installations: by its environment, or by files that hold secrets."""

import os

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One field, one environment variable of the same name in capitals.

    What should not stand in an environment is a file of the field's name in the folder `SECRETS_DIR`; a variable
    of that name goes before it. Whatever is wrong or missing is named without what was given, which has the secrets.
    """

    model_config = SettingsConfigDict(secrets_dir=os.environ.get("SECRETS_DIR"), hide_input_in_errors=True)
