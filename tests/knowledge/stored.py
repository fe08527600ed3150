"""What lies in an index, for tests of what brings it there."""

from knowledge import EmbeddedKnowledge


def ids(knowledge: EmbeddedKnowledge) -> list[str]:
    return [document.doc_id for document in knowledge.documents_now()]
