"""Who must be told, and has it reached them?"""
