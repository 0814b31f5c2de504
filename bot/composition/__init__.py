"""The only folder where ports meet adapters: everything is put together here, and nowhere else."""
