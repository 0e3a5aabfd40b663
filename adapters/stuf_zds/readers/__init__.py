"""The readers behind adapters.stuf_zds.reading, one noun each."""
