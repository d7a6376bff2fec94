using System.Net;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Tests;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OtpNet;

namespace CommunityFund.Web.Tests.People;

/// <summary>The second step at the door, the recent proof before what weighs more, and what strangers may try.</summary>
public sealed partial class SteppingUpTests : IAsyncLifetime
{
    private readonly Site _site = new();

    public async ValueTask InitializeAsync() => await _site.InitializeAsync();

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task With_the_second_step_on_a_password_alone_opens_nothing_and_a_code_opens_once()
    {
        string key = await TurnOn("liwen");
        using Visitor visitor = new(_site);
        string second = await (await visitor.SignIn("liwen", Site.Password)).Content.ReadAsStringAsync();
        second.ShouldContain("两步验证");
        (await visitor.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        HttpResponseMessage wrong = await SendCode(visitor, second, "000000");
        wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        string code = CodeOf(key, ahead: 1);
        (await SendCode(visitor, second, code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await visitor.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using Visitor thief = new(_site);
        string again = await (await thief.SignIn("liwen", Site.Password)).Content.ReadAsStringAsync();
        (await SendCode(thief, again, code)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_as_wrong_passwords_do()
    {
        string key = await TurnOn("liwen");
        using Visitor visitor = new(_site);
        string second = await (await visitor.SignIn("liwen", Site.Password)).Content.ReadAsStringAsync();
        for (int i = 0; i < 5; i++)
        {
            await SendCode(visitor, second, $"00000{i}");
        }

        HttpResponseMessage right = await SendCode(visitor, second, CodeOf(key, ahead: 1));
        right.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await right.Content.ReadAsStringAsync()).ShouldContain("锁定");
    }

    [Fact]
    public async Task A_ticket_of_the_first_step_that_somebody_made_up_is_none()
    {
        using Visitor visitor = new(_site);
        HttpResponseMessage answer = await visitor.Post("/People/SignIn?handler=Code", ("Ticket", "made-up"), ("Code", "123456"));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Approving_without_a_recent_proof_asks_for_it_and_then_carries_on_with_the_same_form()
    {
        using Visitor reviewer = await Visitor.SignedIn(_site, "liwen");
        long waiting = await Number("select voucher_id from voucher where state = 'prepared' limit 1");
        await Execute("update sign_in_session set proved_at = now() - interval '20 minutes'");
        string path = $"/Vouchers/Show?id={waiting}&handler=Review";
        HttpResponseMessage asked = await reviewer.PostFrom($"/Vouchers/Show?id={waiting}", path);
        asked.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Dictionary<string, string> form = HiddenOf(await asked.Content.ReadAsStringAsync());
        form.Keys.ShouldContain("FormKey");
        form["proof"] = "not the password";
        HttpResponseMessage wrong = await reviewer.Send(path, form);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("不对，请再填一次");
        (await Number($"select count(*) from voucher where state = 'prepared' and voucher_id = {waiting}")).ShouldBe(1);
        form["proof"] = Site.Password;
        (await reviewer.Send(path, form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await Number($"select count(*) from voucher where state = 'prepared' and voucher_id = {waiting}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_workbook_asks_for_a_proof_and_then_comes()
    {
        using Visitor officer = await Visitor.SignedIn(_site, "wangjian");
        await Execute("update sign_in_session set proved_at = now() - interval '20 minutes'");
        const string File = "/Statements/TrialBalance?handler=Workbook";
        HttpResponseMessage asked = await officer.Http.GetAsync(File);
        asked.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Dictionary<string, string> form = HiddenOf(await asked.Content.ReadAsStringAsync());
        form["proof"] = Site.Password;
        HttpResponseMessage proved = await officer.Send("/People/Prove", form);
        proved.Headers.Location!.OriginalString.ShouldBe(File);
        (await officer.Http.GetAsync(File)).Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        (await Number("select count(*) from command_log where name = 'take:TrialBalance' and actor_id = 3")).ShouldBe(1);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task A_proof_never_leads_elsewhere(string back)
    {
        using Visitor visitor = await Visitor.SignedIn(_site, "liwen");
        HttpResponseMessage answer = await visitor.PostFrom("/People/Prove", "/People/Prove", ("Back", back), ("proof", Site.Password));
        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task A_role_that_must_have_it_opens_no_page_before_it_is_set_up()
    {
        await Execute("insert into second_factor_rule (book_id, roles, set_at) values (1, 'voucher-reviewer', now())");
        using Visitor reviewer = await Visitor.SignedIn(_site, "liwen");
        (await reviewer.Http.GetAsync("/Vouchers")).Headers.Location!.OriginalString.ShouldBe("/People/Totp");
        string page = await reviewer.Read("/People/Totp");
        string key = KeyShown().Match(page).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal);
        Dictionary<string, string> form = HiddenOf(page[page.IndexOf("handler=On", StringComparison.Ordinal)..]);
        form["Code"] = CodeOf(key);
        string codes = await (await reviewer.Send("/People/Totp?handler=On", form)).Content.ReadAsStringAsync();
        Regex.Count(codes, "<li>[a-z2-9]{5}-[a-z2-9]{5}</li>").ShouldBe(10);
        (await reviewer.Http.GetAsync("/Vouchers")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_sessions_cookie_is_out_of_reach_of_scripts_and_new_at_every_sign_in()
    {
        using Visitor visitor = new(_site);
        string[] first = [.. (await visitor.SignIn("liwen", Site.Password)).Headers.GetValues("Set-Cookie")];
        foreach (string name in new[] { "session=", "device=" })
        {
            string cookie = first.Single(cookie => cookie.StartsWith(name, StringComparison.Ordinal));
            cookie.ShouldContain("httponly", Case.Insensitive);
            cookie.ShouldContain("samesite=lax", Case.Insensitive);
        }

        await visitor.PostFrom("/", "/People/SignIn?handler=Out");
        string[] second = [.. (await visitor.SignIn("liwen", Site.Password)).Headers.GetValues("Set-Cookie")];
        second.Single(cookie => cookie.StartsWith("session=", StringComparison.Ordinal)).Split(';')[0]
            .ShouldNotBe(first.Single(cookie => cookie.StartsWith("session=", StringComparison.Ordinal)).Split(';')[0]);
        (await Number("select count(*) from sign_in_session")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_signed_in_and_signs_in_as_another_goes_out_first()
    {
        using Visitor visitor = await Visitor.SignedIn(_site, "liwen");
        HttpResponseMessage answer = await visitor.PostFrom("/People/Password", "/People/SignIn", ("UserName", "chenjing"), ("Password", Site.Password));
        answer.Headers.Location!.OriginalString.ShouldBe("/People/SignIn");
        (await Number("select count(*) from sign_in_session")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_tries_at_once_few_reach_the_password_and_the_owner_still_gets_in_where_she_is_known()
    {
        using Visitor owner = await Visitor.SignedIn(_site, "wangjian");
        await owner.PostFrom("/", "/People/SignIn?handler=Out");
        using Visitor stranger = new(_site);
        Dictionary<string, string> form = stranger.Form(await stranger.Read("/People/SignIn"));
        form["UserName"] = "wangjian";
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            stranger.Send("/People/SignIn", new Dictionary<string, string>(form) { ["Password"] = $"guess number {i}" })));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity);
        for (int i = 0; i < 30; i++)
        {
            await stranger.Send("/People/SignIn", new Dictionary<string, string>(form) { ["Password"] = $"guess in turn {i}" });
        }

        (await Number("select count(*) from sign_in_log where outcome = 'wrong-password'")).ShouldBeLessThanOrEqualTo(Hosting.Tries.PerAccount);
        (await Number("select count(*) from sign_in_log where outcome = 'too-many'")).ShouldBeGreaterThanOrEqualTo(70);
        form["Password"] = Site.Password;
        (await stranger.Send("/People/SignIn", form)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await owner.SignIn("wangjian", Site.Password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_session_is_ended_from_another_one_and_everybodys_when_a_role_changes()
    {
        using Visitor here = await Visitor.SignedIn(_site, "liwen"), there = await Visitor.SignedIn(_site, "liwen");
        await here.PostFrom("/People/Sessions", "/People/Sessions?handler=Others");
        (await there.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await here.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Foundation foundation = _site.Services.GetRequiredService<Foundation>();
        long grant = await Number("select role_grant_id from role_grant where person_id = 2 and role = 'admin'");
        await foundation.SessionOf(1, 1).Run(new EndRole(Guid.NewGuid(), grant));
        (await here.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task The_logs_file_is_safe_to_open_in_a_spreadsheet()
    {
        Foundation foundation = _site.Services.GetRequiredService<Foundation>();
        await Execute("update person set name = '=cmd|calc' where person_id = 3");
        await foundation.SessionOf(3, 1).Download(new ProposalList());
        using Visitor officer = await Visitor.SignedIn(_site, "wangjian");
        HttpResponseMessage file = await officer.Http.GetAsync("/People/Log?handler=File");
        file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        string text = await file.Content.ReadAsStringAsync();
        text.ShouldContain("\"'=cmd|calc\"");
        text.Split("\r\n").ShouldAllBe(line => !Regex.IsMatch(line, "(^|,)\"?[=+@-]"));
    }

    private string CodeOf(string key, int ahead = 0) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(
        _site.Services.GetRequiredService<Foundation>().Clock.GetCurrentInstant().ToDateTimeUtc().AddSeconds(30 * ahead));

    private static Dictionary<string, string> HiddenOf(string page) => Hidden().Matches(page)
        .DistinctBy(field => field.Groups["name"].Value)
        .ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));

    private static async Task<HttpResponseMessage> SendCode(Visitor visitor, string page, string code)
    {
        Dictionary<string, string> form = visitor.Form(page);
        form["Ticket"] = Ticket().Match(page).Groups["ticket"].Value;
        form["Code"] = code;
        return await visitor.Send("/People/SignIn?handler=Code", form);
    }

    private async Task<string> TurnOn(string userName)
    {
        Foundation foundation = _site.Services.GetRequiredService<Foundation>();
        long person = await Number($"select person_id from login where user_name = '{userName}'");
        string key = SecondFactor.NewKey(foundation, Guid.NewGuid(), person);
        await foundation.SessionOf(person, 1).Run(new TurnOnTotp(
            Guid.NewGuid(), key, CodeOf(key), SecondFactor.NewRecoveryCodes(foundation, Guid.NewGuid(), person)));
        return key;
    }

    private async Task<long> Number(string sql)
    {
        await using NpgsqlConnection connection = new(_site.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using NpgsqlConnection connection = new(_site.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("<input type=\"hidden\" (?:data-[^ ]+ )*(?:id=\"[^\"]*\" )?name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"|name=\"(?<name>__RequestVerificationToken)\" type=\"hidden\" value=\"(?<value>[^\"]*)\"|<input type=\"hidden\" [^>]*name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("name=\"Ticket\" value=\"(?<ticket>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ticket();

    [GeneratedRegex("<p class=\"key\">(?<key>[A-Z2-7 ]+)</p>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyShown();
}
