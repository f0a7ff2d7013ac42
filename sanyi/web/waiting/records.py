"""Break-glasses that wait for their review."""
from sanyi.store.kinds import kind_of
from sanyi.web.waiting.queue import Queue
from sanyi.web.work_words import staff_member

QUEUES = (
    Queue("紧急调阅待复核", "Break-glasses to review", ("director", "audit_admin"), lambda actor, now: kind_of("access_review").seen_by(actor).filter(state="opened").order_by("due", "pk"),
          "access_reviews", "access_review", lambda request, row: staff_member(request, row.created_by), due="due"),)
