"""What has to hold for any bytes, one module a protocol family: run by atheris, and by hypothesis in the tests."""
