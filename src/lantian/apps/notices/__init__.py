"""Notices (通知): in the app, by e-mail, by office robots and by SMS, each sent once and its fate on record."""
