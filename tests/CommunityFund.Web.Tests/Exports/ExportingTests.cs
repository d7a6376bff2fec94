using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

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
    public async Task An_officer_of_some_funds_is_told_of_a_closed_month_makes_its_package_and_fetches_these_funds_alone()
    {
        const int Book = 1, Reviewer = 2;
        Foundation foundation = site.Services.GetRequiredService<Foundation>();
        int fund = (await foundation.SessionOf(1, Book).Ask(new FundNumbers())).Single(number => number.Code == "F01").FundId;
        long person = await foundation.SessionOf(Reviewer, Book).Run(
            new AddLogin(Guid.NewGuid(), new NewLogin("顾街财", "gujiecai", Site.Password), MustChange: false));
        await foundation.Operator(Book).Run(
            new GrantRole(Guid.NewGuid(), person, Role.FinanceOffice, fund, new LocalDate(2026, 1, 1), new LocalDate(2099, 12, 31)));
        using Visitor officer = await Visitor.SignedIn(site, "gujiecai");
        (await officer.Read("/")).ShouldContain("可以生成您管的基金的审计包");
        string page = await officer.Read("/Exports");
        page.ShouldContain("F01 幸福里社区基金");
        page.ShouldContain("F03 儿童友好基金");
        page.ShouldNotContain("F02 ");
        page.ShouldNotContain("value=\"csv\"");
        Match month = Regex.Match(page, "name=\"AsOf\" value=\"(?<day>[0-9-]{10})\"");
        (await officer.Http.GetAsync("/Exports?handler=Month&id=202601")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        HttpResponseMessage begun = await officer.Post("/Exports", ("Format", "package"), ("AsOf", month.Groups["day"].Value));
        begun.StatusCode.ShouldBe(HttpStatusCode.Redirect, await begun.Content.ReadAsStringAsync());
        HttpResponseMessage file = await officer.Http.GetAsync(await Done(officer));
        file.Content.Headers.ContentDisposition!.FileName.ShouldStartWith("qinghe-F01-");
        using ZipArchive zip = new(await file.Content.ReadAsStreamAsync());
        zip.Entries.ShouldContain(entry => entry.FullName.EndsWith(".xlsx", StringComparison.Ordinal));
        zip.Entries.ShouldNotContain(entry => entry.FullName.StartsWith("csv/", StringComparison.Ordinal));
        (await officer.Read("/Exports")).ShouldContain("SHA-256");
        (await officer.Read("/")).ShouldNotContain("可以生成您管的基金的审计包");
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
