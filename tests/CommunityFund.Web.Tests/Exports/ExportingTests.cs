using System.Net;
using System.Text.RegularExpressions;

namespace CommunityFund.Web.Tests.Exports;

/// <summary>Taking the books away from the site.</summary>
public sealed class ExportingTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task The_street_office_begins_an_export_sees_it_done_and_fetches_it_and_nobody_else_does()
    {
        using Visitor finance = await Visitor.SignedIn(site, "wangjian"), accountant = await Visitor.SignedIn(site, "chenjing");
        (await finance.Read("/")).ShouldContain("href=\"/Exports\"");
        HttpResponseMessage begun = await finance.Post("/Exports", ("Format", "hledger"), ("AsOf", ""));
        begun.StatusCode.ShouldBe(HttpStatusCode.Redirect, await begun.Content.ReadAsStringAsync());
        string fetch = await Done(finance);
        HttpResponseMessage file = await finance.Http.GetAsync(fetch);
        file.StatusCode.ShouldBe(HttpStatusCode.OK);
        file.Content.Headers.ContentDisposition!.FileName.ShouldEndWith(".journal");
        (await file.Content.ReadAsStringAsync()).ShouldContain("commodity 1000.00 CNY");
        (await accountant.Http.GetAsync(fetch)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_reviewer_is_refused_in_words()
    {
        using Visitor reviewer = await Visitor.SignedIn(site, "liwen");
        HttpResponseMessage answer = await reviewer.Http.GetAsync("/Exports");
        string page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("data-code=\"need.");
        page.ShouldNotContain("name=\"Format\"");
    }

    [Fact]
    public async Task A_day_that_is_none_and_a_day_for_tables_are_refused_beside_the_form()
    {
        using Visitor finance = await Visitor.SignedIn(site, "wangjian");
        (await finance.Post("/Exports", ("Format", "hledger"), ("AsOf", "2026-02-31"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        HttpResponseMessage tables = await finance.Post("/Exports", ("Format", "csv"), ("AsOf", "2026-02-28"));
        tables.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await tables.Content.ReadAsStringAsync()).ShouldContain("export.no-day");
    }

    private static async Task<string> Done(Visitor visitor)
    {
        for (int tries = 0; tries < 1800; tries++)
        {
            string list = await visitor.Read("/Exports?handler=Jobs");
            if (Regex.Match(list, "href=\"(?<file>[^\"]*handler=File[^\"]*)\"") is { Success: true } ready)
            {
                return WebUtility.HtmlDecode(ready.Groups["file"].Value);
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The export was not ready within three minutes.");
    }
}
