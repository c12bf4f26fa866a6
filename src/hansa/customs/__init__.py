"""The customs union: nomenclatures, duties, the tariff book, and what a shipment pays.

Who gets the money is in `hansa.customs.revenue`, how a common tariff is made in
`hansa.customs.union`.
"""
