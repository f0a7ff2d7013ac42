"""People who may sign in."""
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    """One person's account: name, Argon2 password hash, and how often in a row a wrong password was tried."""

    name = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)
    wrong_count = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, default=None)

    objects = BaseUserManager()
    USERNAME_FIELD = "name"
