"""S3 accessor, on boto3.

The accessor is `ftrack_accessor_s3.accessor.S3Accessor`; the package itself imports nothing.
"""
