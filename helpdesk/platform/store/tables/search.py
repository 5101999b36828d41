"""The name index."""

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import SearchName


class NameKey(SQLModel, table=True):
    """A key that a person or an organization is found under (helpdesk.search.keys); `id` is theirs."""

    __tablename__ = "name_keys"
    __table_args__ = (
        Index("ix_name_keys_within", "organization_id", "shelf", "key", "name", "id"),
        {"sqlite_with_rowid": False},
    )
    shelf: int = Field(primary_key=True, sa_type=SmallInteger)
    key: str = Field(primary_key=True, sa_type=SearchName)
    name: str = Field(primary_key=True, sa_type=SearchName)
    id: str = Field(primary_key=True, sa_type=SearchName)
    # Of the key for PostgreSQL's sake, which then looks at no row to tell whose a name is.
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")


class NearWord(SQLModel, table=True):
    """A word of some name under a key that it shares with words spelled a little differently."""

    __tablename__ = "near_words"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: str = Field(primary_key=True, sa_type=SearchName)
    word: str = Field(primary_key=True, sa_type=SearchName)
