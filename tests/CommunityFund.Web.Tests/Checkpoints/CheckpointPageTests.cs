using System.Net;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Tests.Checkpoints;

/// <summary>The list of seals, one more by its button, its file, and the public page that a stranger verifies it by.</summary>
public sealed class CheckpointPageTests : IClassFixture<Site>
{
    private readonly Site _site;

    public CheckpointPageTests(Site site) => _site = site;

    [Fact]
    public async Task The_street_office_seals_the_log_and_a_stranger_verifies_it()
    {
        using Visitor finance = await Visitor.SignedIn(_site, "wangjian"), stranger = new(_site);
        (await finance.Read("/")).ShouldContain("href=\"/Checkpoints\"");
        WebUtility.HtmlDecode(await finance.Read("/Checkpoints")).ShouldContain("2026-01 结账", customMessage: "the demo's closes have their seals");
        (await finance.Post("/Checkpoints")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        string page = WebUtility.HtmlDecode(await finance.Read("/Checkpoints"));
        page.ShouldContain("平时封签");
        page.ShouldContain("签名有效");
        page.ShouldNotContain("签名无效");
        (await finance.Post("/Checkpoints")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        WebUtility.HtmlDecode(await finance.Read("/Checkpoints")).ShouldContain("沿用原来的封签");

        string at = page.Split("handler=Note")[0].Split("href=\"")[^1], link = $"{at}handler=Note{page.Split("handler=Note")[1].Split('"')[0]}";
        SignedCheckpoint file = SignedCheckpoint.Read(await finance.Read(link))!;
        page.ShouldContain(HashText.Groups(file.Says.Root));
        LogPublicKey key = LogPublicKey.ReadPem(await stranger.Read("/Checkpoints/Published?handler=Pem"))!;
        key.Signed(file).ShouldBeTrue();
        string published = WebUtility.HtmlDecode(await stranger.Read("/Checkpoints/Published"));
        published.ShouldContain(key.Shown);
        published.ShouldContain(HashText.Groups(file.Says.Root));
        published.ShouldContain(file.Note.Trim());
        (await stranger.Read("/People/SignIn")).ShouldContain("/Checkpoints/Published");
    }

    [Fact]
    public async Task What_is_not_there_is_said_and_breaks_nothing()
    {
        using Visitor finance = await Visitor.SignedIn(_site, "wangjian"), stranger = new(_site);
        HttpResponseMessage answer = await finance.Http.GetAsync("/Checkpoints?handler=Note&size=99999");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain("没有在第 99999 笔分录处封签");
        (await finance.Http.GetAsync("/Checkpoints?before=x")).StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await finance.Read("/Checkpoints?before=0")).ShouldContain("最新的封签");
        (await stranger.Http.GetAsync("/Checkpoints/Published?handler=Pem&key=00")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
