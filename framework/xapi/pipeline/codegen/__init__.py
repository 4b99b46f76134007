"""Operations as Python source, written from their plans and compiled once."""
