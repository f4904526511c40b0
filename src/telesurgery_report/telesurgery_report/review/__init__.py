"""The report that people read: verdict, figures and pictures of one or two sessions."""
