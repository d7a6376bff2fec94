using System.Net;
using Npgsql;

namespace CommunityFund.Web.Tests.Checks;

/// <summary>The auditor's button.</summary>
public sealed class CheckingTests : IClassFixture<Site>
{
    private readonly Site _site;

    public CheckingTests(Site site) => _site = site;

    [Fact]
    public async Task The_street_office_presses_the_button_and_sees_green_or_what_is_wrong_with_a_way_to_the_voucher()
    {
        using Visitor finance = await Visitor.SignedIn(_site, "wangjian");
        (await finance.Read("/")).ShouldContain("href=\"/Checks\"");
        (await finance.Read("/Checks")).ShouldNotContain("verdict");
        string clean = await Pressed(finance);
        clean.ShouldContain("全部通过，没有发现问题。");
        clean.ShouldNotContain("处问题</span>");

        await Plant("update posting set units = units + 100 where entry_no = 7");
        string red = await Pressed(finance);
        red.ShouldContain("2026-01 记-6");
        red.ShouldContain("/Vouchers/Show?id=7");
        red.ShouldNotContain("全部通过");
    }

    private static async Task<string> Pressed(Visitor visitor)
    {
        HttpResponseMessage answer = await visitor.Post("/Checks");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private async Task Plant(string sql)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(_site.Connections.Superuser) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand plant = new($"set session_replication_role = replica; {sql}", connection);
        await plant.ExecuteNonQueryAsync();
    }
}
