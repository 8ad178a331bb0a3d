"""The lab's pages: they read result documents, and ask commands of the lab to do what is to be done."""
