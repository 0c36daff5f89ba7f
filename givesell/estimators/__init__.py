"""The scikit-learn side: vectorizer, classifiers, pipelines, export."""
