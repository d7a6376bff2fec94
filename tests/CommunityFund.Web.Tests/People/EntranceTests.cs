using System.Net;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CommunityFund.Web.Tests.People;

public sealed class EntranceTests(Site site) : IClassFixture<Site>
{
    // Pages anybody may open; everything else asks who one is.
    private static readonly string[] Open = ["/People/SignIn", "/Error", "/Donations/Trace", "/Awards/PublicNotice", "/Vote/Index", "/Checkpoints/Published",
        "/Passbook/Card", "/Passbook/Certificate"];

    [Fact]
    public async Task Every_page_but_the_door_asks_who_one_is()
    {
        using Visitor stranger = new(site);
        string[] pages = Pages();
        pages.Length.ShouldBeGreaterThan(3);
        foreach (string page in pages.Except(Open))
        {
            HttpResponseMessage answer = await stranger.Http.GetAsync(page);
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, page);
            new Uri(stranger.Http.BaseAddress!, answer.Headers.Location!).PathAndQuery.ShouldStartWith(
                page.StartsWith("/Passbook/", StringComparison.Ordinal) ? "/Passbook/Card" : "/People/SignIn");
        }
    }

    /// <param name="userName">An accountant, a reviewer, a finance officer; what no number can be is read alike for all and asked by one.</param>
    /// <param name="questions">Of something there is, of something there is not, of nonsense.</param>
    [Theory]
    [InlineData("chenjing", "", "?id=1", "?id=999999999", "?id=x", "?p=-1", "?no=1", "?id=99999999999999999999")]
    [InlineData("liwen", "", "?id=1", "?id=999999999", "?no=1")]
    [InlineData("wangjian", "?id=1", "?id=999999999", "?no=1")]
    public async Task No_page_breaks_for_any_role_with_or_without_a_question(string userName, params string[] questions)
    {
        using Visitor visitor = await Visitor.SignedIn(site, userName);
        foreach (string page in Pages().Except(["/Error"]))
        {
            foreach (string question in questions)
            {
                HttpResponseMessage answer = await visitor.Http.GetAsync(page + question);
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{userName} {page}{question}");
            }
        }
    }

    [Fact]
    public async Task A_post_without_the_forms_token_is_refused()
    {
        using Visitor visitor = new(site);
        using FormUrlEncodedContent form = new([new("UserName", "chenjing"), new("Password", Site.Password)]);
        (await visitor.Http.PostAsync("/People/SignIn", form)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Wrong_name_and_wrong_password_get_the_same_answer()
    {
        using Visitor visitor = new(site);
        HttpResponseMessage name = await visitor.SignIn("nobody-here", "whatever it is");
        HttpResponseMessage password = await visitor.SignIn("liwen", "whatever it is");
        name.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        password.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await name.Content.ReadAsStringAsync()).ShouldContain("用户名或密码不对");
        (await password.Content.ReadAsStringAsync()).ShouldContain("用户名或密码不对");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_a_while_and_are_logged()
    {
        using Visitor visitor = new(site);
        for (int i = 0; i < 5; i++)
        {
            await visitor.SignIn("wangjian", $"wrong {i}");
        }

        HttpResponseMessage right = await visitor.SignIn("wangjian", Site.Password);
        right.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await right.Content.ReadAsStringAsync()).ShouldContain("锁定");
        (await Count("select count(*) from sign_in_log where outcome in ('wrong-password', 'locked-out')")).ShouldBeGreaterThanOrEqualTo(6);
        await Execute("update login set lockout_end = null, access_failed_count = 0 where user_name = 'wangjian'");
    }

    [Fact]
    public async Task A_session_ended_on_the_server_is_ended_in_the_browser()
    {
        using Visitor visitor = await Visitor.SignedIn(site, "chenjing");
        (await visitor.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Execute("delete from sign_in_session where login_id = (select id from login where user_name = 'chenjing')");
        (await visitor.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Signing_out_removes_the_session()
    {
        using Visitor visitor = await Visitor.SignedIn(site, "liwen");
        long before = await Count("select count(*) from sign_in_session");
        string home = await visitor.Read("/");
        home.ShouldContain("handler=Out");
        await visitor.PostFrom("/", "/People/SignIn?handler=Out");
        (await Count("select count(*) from sign_in_session")).ShouldBe(before - 1);
        (await visitor.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task Signing_in_never_leads_elsewhere(string back)
    {
        using Visitor visitor = new(site);
        HttpResponseMessage answer = await visitor.Post($"/People/SignIn?ReturnUrl={Uri.EscapeDataString(back)}",
            ("UserName", "liwen"), ("Password", Site.Password), ("ReturnUrl", back));
        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    private string[] Pages() =>
    [
        .. site.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>()?.ViewEnginePath).OfType<string>().Distinct().Order(),
    ];

    private async Task<long> Count(string sql)
    {
        await using NpgsqlConnection connection = new(site.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using NpgsqlConnection connection = new(site.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
