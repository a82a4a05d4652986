### People, roles, menus and the ops room.

## Help
help-title = <b>Commands</b>
    Press a part to see what each one does.
help-back = ‹ All
section-signals = <b>Signals</b>
section-results = <b>Results</b>
section-mine = <b>My settings</b>
section-admin = <b>Admin</b>
