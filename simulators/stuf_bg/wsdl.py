"""A small WSDL of our own: one operation, any XML in and out."""

from __future__ import annotations

_TEMPLATE = """<?xml version="1.0" encoding="UTF-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" name="BeantwoordVraag"
    xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema"
    xmlns:bg="http://www.egem.nl/StUF/sector/bg/0310"
    targetNamespace="http://www.egem.nl/StUF/sector/bg/0310">
  <w:types>
    <x:schema targetNamespace="http://www.egem.nl/StUF/sector/bg/0310">
      <x:complexType name="Iets">
        <x:sequence>
          <x:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
        </x:sequence>
      </x:complexType>
      <x:element name="npsLv01" type="bg:Iets"/>
      <x:element name="npsLa01" type="bg:Iets"/>
    </x:schema>
  </w:types>
  <w:message name="vraag"><w:part name="body" element="bg:npsLv01"/></w:message>
  <w:message name="antwoord"><w:part name="body" element="bg:npsLa01"/></w:message>
  <w:portType name="BeantwoordVraag">
    <w:operation name="npsLv01">
      <w:input message="bg:vraag"/><w:output message="bg:antwoord"/>
    </w:operation>
  </w:portType>
  <w:binding name="Binding" type="bg:BeantwoordVraag">
    <s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <w:operation name="npsLv01">
      <s:operation soapAction="http://www.egem.nl/StUF/sector/bg/0310/npsLv01"/>
      <w:input><s:body use="literal"/></w:input><w:output><s:body use="literal"/></w:output>
    </w:operation>
  </w:binding>
  <w:service name="Personen">
    <w:port name="BeantwoordVraag" binding="bg:Binding"><s:address location="{address}"/></w:port>
  </w:service>
</w:definitions>
"""


def wsdl(address: str) -> bytes:
    """Return the WSDL of the service at `address`."""
    return _TEMPLATE.replace("{address}", address).encode()
