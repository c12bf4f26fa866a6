"""The words everybody shares: days and periods, truth, money, reasons, exhibits, errors.

Nothing here reads a file, opens a connection or prints. Every other floor of the
house may import this one; this one imports nothing of hansa.
"""
