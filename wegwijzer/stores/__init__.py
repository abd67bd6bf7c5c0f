"""Where conversations, locks and counts are kept: in this process and a file, or in services that workers share.

What is not named in the environment is not contacted.
"""
