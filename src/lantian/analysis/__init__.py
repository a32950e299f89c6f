"""What observations mean (分析): detection of what is wrong, with its uncertainty. Pure."""
