using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using static CommunityFund.Tests.Documents.Samples;

namespace CommunityFund.Tests.Documents;

/// <summary>What people, and others, send as documents: told by its bytes, kept as it is, or refused in words.</summary>
public sealed class HostileUploadTests
{
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);

    private static readonly Dictionary<string, Func<byte[]>> Refused = new()
    {
        ["nothing: empty"] = () => [],
        ["one byte over: too-large"] = () => new byte[SeenDocument.LargestBytes + 1],
        ["text: other-kind"] = () => Text("发票 980 元"),
        ["a program: other-kind"] = () => [.. "MZ"u8, .. new byte[500]],
        ["a program of unix: other-kind"] = () => [.. "\x7f"u8, .. "ELF"u8, .. new byte[500]],
        ["a shell script: other-kind"] = () => Text("#!/bin/sh\nrm -rf /\n"),
        ["a rar: other-kind"] = () => [.. "Rar!\x1a\x07\x01\0"u8, .. new byte[100]],
        ["an old workbook: other-kind"] = () => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[600]],
        ["a gif: other-kind"] = () => [.. "GIF89a"u8, .. new byte[100]],
        ["a zip of anything: other-kind"] = () => Zip(("run.exe", "MZ")),
        ["the virus test: test-virus"] = () => Text(TestVirus),
        ["the virus test in a pdf: test-virus"] = () => PdfWith(Text(TestVirus)),
        ["the virus test in a workbook: test-virus"] = () => Xlsx(("xl/media/1.png", TestVirus)),
        ["a page: web-page"] = () => Text("<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ["a page without doctype: web-page"] = () => Text("  <HTML><body onload=alert(1)>"),
        ["a page as xml: web-page"] = () => Text("<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'/>"),
        ["a drawing: web-page"] = () => Text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ["a drawing under another name: web-page"] = () => Text("<a:b xmlns:a='http://www.w3.org/2000/svg'/>"),
        ["xml with a style that runs: web-page"] = () => Text("<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>"),
        ["a stylesheet: web-page"] = () => Text("<x:stylesheet xmlns:x='http://www.w3.org/1999/XSL/Transform'/>"),
        ["xml with entities: web-page"] = () => Text("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>"),
        ["xml that asks for a file: web-page"] = () => Text("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        ["xml cut off: broken"] = () => Text("<a><b>"),
        ["xml in bad utf-8: broken"] = () => [.. "<a>"u8, 0xff, 0xfe, .. "</a>"u8],
        ["pdf cut off: broken"] = () => Pdf()[..400],
        ["pdf behind a page: two-faces"] = () => [.. "<html>"u8, .. Pdf()],
        ["pdf behind a program: two-faces"] = () => [.. "MZ......"u8, .. Pdf()],
        ["pdf that is a zip too: two-faces"] = () => [.. Pdf(), .. Zip(("a.txt", "b"))],
        ["pdf with a script: active"] = () => PdfWith(Text("3 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj")),
        ["pdf with a script, letters disguised: active"] = () => PdfWith(Text("3 0 obj << /S /J#61va#53cript /JS (x) >> endobj")),
        ["pdf that starts a program: active"] = () => PdfWith(Text("3 0 obj << /S /Launch /F (cmd.exe) >> endobj")),
        ["pdf with a script packed away: active"] = () => PdfWith(Packed("3 0 << /S /JavaScript /JS (x) >>")),
        ["pdf that unpacks without end: bomb"] = () => PdfWith([.. Enumerable.Range(0, 60).SelectMany(_ => Packed(new string(' ', 6_000_000)))]),
        ["png cut off: broken"] = () => Png()[..^6],
        ["png with a zip behind: two-faces"] = () => [.. Png(), .. Zip(("a.txt", "b"))],
        ["png with a page inside: two-faces"] = () => [.. Png()[..^12], .. "<ScRiPt>alert(1)</script>"u8, .. Png()[^12..]],
        ["png with more behind: broken"] = () => [.. Png(), 1, 2, 3],
        ["png of a hundred thousand squared: bomb"] = () => [.. Png()[..16], 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, .. Png()[24..]],
        ["jpeg of nothing: broken"] = () => [0xff, 0xd8, 0xff, 0xd9],
        ["jpeg without an end: broken"] = () => Jpeg[..^2],
        ["jpeg with php: two-faces"] = () => [.. Jpeg, .. "<?php system($_GET[0]); ?>"u8],
        ["jpeg with a pdf behind: two-faces"] = () => [.. Jpeg, .. Pdf()],
        ["jpeg with a zip behind: two-faces"] = () => [.. Jpeg, .. Zip(("a.jar", "b"))],
        ["heic cut off: broken"] = () => Heic[..^3],
        ["heic of lengths that go back: broken"] = () => [.. Heic[..24], 0, 0, 0, 1, .. "meta"u8, 0, 0, 0, 0, 0, 0, 0, 0],
        ["zip cut off: broken"] = () => Ofd()[..^10],
        ["ofd of spoilt xml: broken"] = () => Zip(("OFD.xml", "<a>")),
        ["ofd with an entity: bomb"] = () => Zip(("OFD.xml", "<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>")),
        ["ofd that climbs out: broken"] = () => Zip(("OFD.xml", "<a/>"), ("../../etc/cron.d/x", "x")),
        ["ofd with a drive letter: broken"] = () => Zip(("OFD.xml", "<a/>"), ("C:\\x", "x")),
        ["ofd with one name twice: broken"] = () => Zip(("OFD.xml", "<a/>"), ("a", "1"), ("A", "2")),
        ["ofd of too many parts: bomb"] = () => Zip([("OFD.xml", "<a/>"), .. Enumerable.Range(0, 2001).Select(n => ($"p{n}", ""))]),
        ["ofd that is a bomb: bomb"] = () => Zip(("OFD.xml", "<a/>"u8.ToArray()), ("z", new byte[90 * 1024 * 1024])),
        ["ofd with an archive inside: packed"] = () => Zip(("OFD.xml", "<a/>"u8.ToArray()), ("Doc_0/a.zip", Ofd())),
        ["workbook with macros: active"] = () => Xlsx(("xl/vbaProject.bin", "x")),
        ["workbook of old macros: active"] = () => Xlsx(("xl/macrosheets/sheet1.xml", "<a/>")),
        ["workbook with a control: active"] = () => Xlsx(("xl/activeX/activeX1.bin", "x")),
        ["workbook that calls a program: active"] = () => Xlsx(("xl/externalLinks/externalLink1.xml", "<a><ddeLink/></a>")),
        ["workbook with a program inside: active"] = () => Xlsx(("xl/media/1.png", "MZ.............")),
        ["workbook with an object inside: active"] = () => Xlsx(("xl/embeddings/oleObject1.bin", "x")),
        ["text with macros by its types: active"] = () => Docx(("docProps/a.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")),
        ["text with a template from outside: active"] = () =>
            Docx(("word/_rels/settings.xml.rels", "<Relationship Type=\".../relationships/attachedTemplate\" TargetMode=\"External\"/>")),
        ["text with a dde field: active"] = () => Docx(("word/footnotes.xml", "<w>DDEAUTO c:\\\\windows\\\\cmd.exe</w>")),
    };

    public static TheoryData<string> Names => [.. Refused.Keys];

    public static TheoryData<string, FileKind> Honest => new()
    {
        { "pdf", FileKind.Pdf }, { "png", FileKind.Png }, { "jpeg", FileKind.Jpeg }, { "moving jpeg", FileKind.Jpeg }, { "heic", FileKind.Heic },
        { "ofd", FileKind.Ofd }, { "xml", FileKind.Xml }, { "xml in gb18030", FileKind.Xml }, { "xlsx", FileKind.Xlsx }, { "docx", FileKind.Docx },
        { "pdf with data inside", FileKind.Pdf }, { "pdf with packed objects", FileKind.Pdf },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_no_document_is_refused_in_words(string what)
    {
        RefusedException no = Should.Throw<RefusedException>(() => SeenDocument.Of(Refused[what](), "附件.pdf"));

        no.Refusal.Code.ShouldBe($"document.{what.Split(": ")[1]}");
        Words.Of(no.Refusal, CultureInfo.GetCultureInfo("zh-CN")).ShouldContain("附件.pdf");
        Words.Of(no.Refusal, CultureInfo.GetCultureInfo("en")).ShouldContain("附件.pdf");
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public void A_document_is_told_by_its_bytes(string what, FileKind kind)
    {
        byte[] content = what switch
        {
            "pdf" => Pdf(),
            "png" => Png(),
            "jpeg" => Jpeg,
            "moving jpeg" => [.. Jpeg, 0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[300]],
            "heic" => Heic,
            "ofd" => Ofd(),
            "xml" => Xml,
            "xml in gb18030" => InGb18030("<?xml version=\"1.0\" encoding=\"GB18030\"?><发票><发票号码>26332000000123456789</发票号码></发票>"),
            "xlsx" => Xlsx(("xl/worksheets/sheet1.xml", "<worksheet/>")),
            "docx" => Docx(),
            "pdf with data inside" => PdfWith(Text("4 0 obj << /Type /EmbeddedFile >> endobj /JSomething /Launcher")),
            _ => PdfWith(Packed("5 0 << /Type /Font >>")),
        };
        SeenDocument.Of(content, what).Format.ShouldBe(kind);
    }

    [Fact]
    public void E_invoices_say_their_number()
    {
        SeenDocument.Of(Ofd(), "a").InvoiceNumber.ShouldBe(InvoiceNumber);
        SeenDocument.Of(Xml, "a").InvoiceNumber.ShouldBe(InvoiceNumber);
        SeenDocument.Of(Text("<发票><发票代码>033002100411</发票代码><发票号码>12345678</发票号码></发票>"), "a").InvoiceNumber.ShouldBe("03300210041112345678");
        SeenDocument.Of(Pdf(), "a").InvoiceNumber.ShouldBeNull();
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd", "passwd.pdf")]
    [InlineData("C:\\Users\\陈静\\发票.pdf", "发票.pdf", "发票.pdf")]
    [InlineData("/srv/att/发票", "发票", "发票.pdf")]
    [InlineData("a\0b.pdf", "ab.pdf", "ab.pdf")]
    [InlineData("发票\u202efdp.exe", "发票fdp.exe", "发票fdp.exe.pdf")]
    [InlineData("发票.pdf.exe", "发票.pdf.exe", "发票.pdf.exe.pdf")]
    [InlineData("\u200b发\ufeff票.PDF", "发票.PDF", "发票.PDF")]
    [InlineData("..", "?", "_.pdf")]
    [InlineData("", "?", "_.pdf")]
    [InlineData("  .htaccess ", "htaccess", "htaccess.pdf")]
    [InlineData("a\r\nSet-Cookie: x=1", "a  Set-Cookie: x=1", "a  Set-Cookie_ x=1.pdf")]
    [InlineData("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf")]
    [InlineData("\"; filename=\"evil.exe", "\"; filename=\"evil.exe", "__ filename=_evil.exe.pdf")]
    [InlineData("con", "con", "con.pdf")]
    [InlineData(".pdf", "pdf", "pdf.pdf")]
    public void A_name_is_data_and_a_download_ends_as_its_bytes_are(string sent, string kept, string downloaded)
    {
        DocumentName.Of(sent).ShouldBe(kept);
        DocumentName.ForDownload(DocumentName.Of(sent), FileKind.Pdf).ShouldBe(downloaded);
    }

    [Fact]
    public void A_long_name_loses_its_middle()
    {
        string name = DocumentName.Of($"{string.Concat(Enumerable.Repeat("𠮷", 300))}发票.pdf");
        name.Length.ShouldBeLessThanOrEqualTo(120);
        name.ShouldEndWith("发票.pdf");
        name.ShouldContain("…");
    }

    private static byte[] InGb18030(string text)
    {
        System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);
        return System.Text.Encoding.GetEncoding("GB18030").GetBytes(text);
    }
}
