using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using CommunityFund.Tests;
using CommunityFund.Tests.Documents;

namespace CommunityFund.Web.Tests.Documents;

/// <summary>Documents over HTTP: what comes in, what of it is lost, and how it goes out again.</summary>
public sealed class DocumentPagesTests : IClassFixture<Site>
{
    private const string Prepare = "/Vouchers/Prepare";
    private readonly Site _site;

    public DocumentPagesTests(Site site) => _site = site;

    [Fact]
    public async Task A_document_goes_out_as_a_download_and_as_nothing_else()
    {
        using Visitor accountant = await Visitor.SignedIn(_site, "chenjing");
        string voucher = await Prepared(accountant, ("发票.pdf.exe", Samples.Pdf("下载")));
        string file = Regex.Match(await accountant.Read(voucher), "/Documents/File\\?id=[0-9a-f]{64}").Value;

        HttpResponseMessage answer = await accountant.Http.GetAsync(file);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Samples.Pdf("下载"));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("发票.pdf.exe.pdf");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox;");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();

        using Visitor officer = await Visitor.SignedIn(_site, "wangjian");
        (await officer.Http.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.OK, "who reads the voucher reads its documents");
        using Visitor nobody = new(_site);
        (await nobody.Http.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await officer.Http.GetAsync($"/Documents/File?id={new string('0', 64)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.Http.GetAsync("/Documents/File?id=../../../etc/passwd")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.Http.GetAsync("/Documents/Show?id=x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_may_not_be_kept_is_said_beside_the_field_and_nothing_else_is_lost()
    {
        using Visitor accountant = await Visitor.SignedIn(_site, "chenjing");
        HttpResponseMessage answer = await Send(accountant, await Filled(accountant),
            ("好的.png", Samples.Png(77)), ("<img src=x onerror=alert(1)>.svg", Samples.Text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")),
            ("空.pdf", []));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        string page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("“&lt;img src=x onerror=alert(1)&gt;.svg”是网页或会运行的图形");
        page.ShouldContain("“空.pdf”是空文件");
        page.ShouldContain("附件规矩的一张凭证");
        page.ShouldContain("value=\"12.34\"");
        string kept = Regex.Match(page, "name=\"Enclosed.Kept\" value=\"(?<hash>[0-9a-f]{64})\" checked").Groups["hash"].Value;

        Dictionary<string, string> again = await Filled(accountant);
        again["FormKey"] = accountant.Form(page)["FormKey"];
        again["Enclosed.Kept"] = kept;
        HttpResponseMessage done = await Send(accountant, again);
        done.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await accountant.Read(done.Headers.Location!.ToString())).ShouldContain("好的.png");
    }

    [Fact]
    public async Task The_same_form_sent_twice_makes_one_voucher_with_its_file_and_its_paper()
    {
        using Visitor accountant = await Visitor.SignedIn(_site, "chenjing");
        Dictionary<string, string> form = await Filled(accountant);
        (form["Enclosed.Sheets"], form["Enclosed.KeptAt"]) = ("2", "2026 凭证盒 9");
        HttpResponseMessage first = await Send(accountant, form, ("发票.pdf", Samples.Pdf("两次")));
        first.StatusCode.ShouldBe(HttpStatusCode.Redirect, await first.Content.ReadAsStringAsync());

        (await Send(accountant, form, ("发票.pdf", Samples.Pdf("两次")))).Headers.Location.ShouldBe(first.Headers.Location);
    }

    [Fact]
    public async Task A_document_that_is_booked_already_names_the_voucher_and_asks()
    {
        using Visitor accountant = await Visitor.SignedIn(_site, "chenjing");
        await Prepared(accountant, ("发票.pdf", Samples.Pdf("同一份")));

        HttpResponseMessage answer = await Send(accountant, await Filled(accountant), ("又一次.pdf", Samples.Pdf("同一份")));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        string page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("data-code=\"database.document-used-already\"");
        Match kept = Regex.Match(page, "name=\"Enclosed.Shared\" value=\"(?<hash>[0-9a-f]{64})\"");
        Dictionary<string, string> again = await Filled(accountant);
        again["Enclosed.Kept"] = again["Enclosed.Shared"] = kept.Groups["hash"].Value;
        HttpResponseMessage done = await Send(accountant, again);
        (await accountant.Read(done.Headers.Location!.ToString())).ShouldContain("与另一张凭证共用");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_far_too_large_is_refused_before_it_is_read(bool saysItsLength)
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen(); // only the real server holds limits
        using Visitor accountant = await Visitor.SignedIn(site, "chenjing");
        using EndlessContent endless = new(saysItsLength ? 2L * 1024 * 1024 * 1024 : null);
        HttpStatusCode answer;
        try
        {
            answer = (await accountant.Http.PostAsync(Prepare, endless)).StatusCode;
        }
        catch (HttpRequestException)
        {
            answer = HttpStatusCode.RequestEntityTooLarge; // the server closed the connection on the sender
        }

        ((int)answer).ShouldBeInRange(400, 413);
        endless.Sent.ShouldBeLessThan(400L * 1024 * 1024);
        (await accountant.Http.GetAsync(Prepare)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_month_is_printed_two_vouchers_to_a_sheet_and_long_ones_go_on()
    {
        using Visitor officer = await Visitor.SignedIn(_site, "wangjian");
        const string range = "/Vouchers/Print?period=202601&series=%E8%AE%B0&from=2&to=4";
        (await officer.Read(range)).ShouldContain("共 3 份、2 张纸");
        HttpResponseMessage file = await officer.Http.GetAsync(range + "&handler=Pdf");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        byte[] pdf = await file.Content.ReadAsByteArrayAsync();
        (await Pdf.Pages(pdf)).ShouldBe(2);
        string text = await Pdf.Text(pdf);
        foreach (string part in new[] { "记账凭证", "记字第 2 号", "记字第 4 号", "附件 1 张", "会计主管", "出纳", "制单", "清河慈善会", "人民币贰万元整" })
        {
            text.ShouldContain(part);
        }

        pdf = await (await officer.Http.GetAsync("/Vouchers/Print?period=202600&handler=Pdf")).Content.ReadAsByteArrayAsync();
        (await Pdf.Text(pdf)).ShouldContain("(2/2)", customMessage: "the opening has more lines than a slip");
        (await officer.Read("/Vouchers/Print?period=209901")).ShouldContain("没有已记账的凭证");
        (await officer.Read("/Vouchers/Print?from=-1&to=x&series=%3Cscript%3E")).ShouldNotContain("<script>");
    }

    private static async Task<Dictionary<string, string>> Filled(Visitor person)
    {
        Dictionary<string, string> form = person.Form(await person.Read(Prepare));
        foreach ((string name, string value) in new[]
        {
            ("OccurredOn", "2026-02-28"), ("Narrative", "附件规矩的一张凭证"),
            ("Rows[0].Account", "5301"), ("Rows[0].Fund", "F00"), ("Rows[0].Debit", "12.34"),
            ("Rows[1].Account", "100201"), ("Rows[1].Fund", "F00"), ("Rows[1].Credit", "12.34"),
        })
        {
            form[name] = value;
        }

        return form;
    }

    private static async Task<string> Prepared(Visitor person, params (string Name, byte[] Content)[] files)
    {
        HttpResponseMessage answer = await Send(person, await Filled(person), files);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }

    private static async Task<HttpResponseMessage> Send(Visitor person, Dictionary<string, string> form, params (string Name, byte[] Content)[] files)
    {
        using MultipartFormDataContent content = [];
        foreach ((string name, string value) in form)
        {
            content.Add(new StringContent(value), name);
        }

        foreach ((string name, byte[] bytes) in files)
        {
            ByteArrayContent file = new(bytes);
            file.Headers.ContentType = new MediaTypeHeaderValue("text/html"); // whatever the sender declares
            file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"Enclosed.Files\"; filename*=UTF-8''{Uri.EscapeDataString(name)}");
            content.Add(file);
        }

        return await person.Http.PostAsync(Prepare, content);
    }

    /// <summary>A form whose file never ends, with or without saying how long it means to be.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly long? _length;

        public EndlessContent(long? length)
        {
            _length = length;
            Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        }

        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("--x\r\nContent-Disposition: form-data; name=\"Enclosed.Files\"; filename=\"a.pdf\"\r\n\r\n%PDF-"u8.ToArray());
            byte[] some = new byte[1024 * 1024];
            for (; Sent < 1024L * 1024 * 1024; Sent += some.Length)
            {
                await stream.WriteAsync(some);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length ?? 0;
            return _length is not null;
        }
    }
}
