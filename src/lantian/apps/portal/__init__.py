"""The first page of every officer (总览) and the command wall (指挥大屏)."""
