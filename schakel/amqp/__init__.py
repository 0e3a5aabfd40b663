"""The AMQP entrance: messages and questions over RabbitMQ, beside the HTTP API."""

from schakel.amqp.assembly import create_entrance, create_rejected, examine_broker
from schakel.amqp.entrance import AmqpEntrance
from schakel.amqp.ingress import Ingress, Limits
from schakel.amqp.metrics import IngressMetrics
from schakel.amqp.rejected import RejectedMessages
from schakel.amqp.rejection import Rejected
from schakel.amqp.rpc import AskServer
from schakel.amqp.storewatch import StoreWatch

__all__ = [
    "AmqpEntrance",
    "AskServer",
    "Ingress",
    "IngressMetrics",
    "Limits",
    "Rejected",
    "RejectedMessages",
    "StoreWatch",
    "create_entrance",
    "create_rejected",
    "examine_broker",
]
