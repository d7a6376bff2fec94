using System.Net;
using CommunityFund.Tests;
using Npgsql;

namespace CommunityFund.Web.Tests.Shell;

/// <summary>What a reader meets while the database is away: words, what was typed, and a form that may be sent again.</summary>
public sealed class AwayTests : IAsyncLifetime
{
    private readonly Site _web = new();
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        await _web.InitializeAsync();
        _web.Wire = _wire = new Wire(_web.Connections.Books);
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Fact]
    public async Task A_form_whose_commit_nobody_answered_keeps_its_key_and_is_done_once()
    {
        using Visitor accountant = await Visitor.SignedIn(_web, "chenjing");
        Dictionary<string, string> form = accountant.Form(await accountant.Read("/Vouchers/Prepare"));
        foreach ((string name, string value) in new[]
        {
            ("OccurredOn", "2026-02-28"), ("Narrative", "断线时的一张凭证"),
            ("Rows[0].Account", "5301"), ("Rows[0].Fund", "F00"), ("Rows[0].Debit", "12.34"),
            ("Rows[1].Account", "100201"), ("Rows[1].Fund", "F00"), ("Rows[1].Credit", "12.34"),
        })
        {
            form[name] = value;
        }

        _wire.CutsAll = true;
        _wire.CutNext(Wire.Cut.AfterCommit);
        HttpResponseMessage away = await accountant.Send("/Vouchers/Prepare", form);

        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        string page = await away.Content.ReadAsStringAsync();
        page.ShouldContain("data-code=\"session.unavailable\"");
        page.ShouldContain("不会重复办理");
        page.ShouldContain("断线时的一张凭证");
        accountant.Form(page)["FormKey"].ShouldBe(form["FormKey"]);
        page.ShouldContain("再提交一次");

        _wire.CutsAll = false;
        _wire.Up();
        HttpResponseMessage done = await accountant.Send("/Vouchers/Prepare", form);
        done.StatusCode.ShouldBe(HttpStatusCode.Redirect, await done.Content.ReadAsStringAsync());
        (await accountant.Send("/Vouchers/Prepare", form)).Headers.Location.ShouldBe(done.Headers.Location);
        (await Count("断线时的一张凭证")).ShouldBe(1);
    }

    [Fact]
    public async Task Pages_say_that_the_database_is_away_to_those_inside_and_those_at_the_door()
    {
        using Visitor accountant = await Visitor.SignedIn(_web, "chenjing");
        using Visitor stranger = new(_web);
        Dictionary<string, string> entry = stranger.Form(await stranger.Read("/People/SignIn"));
        (entry["UserName"], entry["Password"]) = ("chenjing", Site.Password);
        _wire.Down();

        foreach (HttpResponseMessage answer in new[]
        {
            await accountant.Http.GetAsync("/"), await accountant.Http.GetAsync("/Vouchers"),
            await stranger.Send("/People/SignIn", entry),
        })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            string page = await answer.Content.ReadAsStringAsync();
            page.ShouldContain("数据库暂时没有应答");
            page.ShouldNotContain("Exception");
            page.ShouldNotContain(Site.Password);
        }

        _wire.Up();
        (await accountant.Read("/")).ShouldContain("清河慈善会");
        (await stranger.Send("/People/SignIn", entry)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    private async Task<long> Count(string narrative)
    {
        await using NpgsqlDataSource books = NpgsqlDataSource.Create(_web.Connections.Superuser);
        await using NpgsqlCommand ask = books.CreateCommand(
            "select count(*) from voucher join narrative using (book_id, narrative_id) where text = $1");
        ask.Parameters.Add(new() { Value = narrative });
        return (long)(await ask.ExecuteScalarAsync())!;
    }
}
