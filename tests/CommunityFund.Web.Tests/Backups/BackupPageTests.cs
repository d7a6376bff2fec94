using System.Net;

namespace CommunityFund.Web.Tests.Backups;

/// <summary>The page of the backups on a site whose database is looked after by others.</summary>
public sealed class BackupPageTests : IClassFixture<Site>
{
    private readonly Site _site;

    public BackupPageTests(Site site) => _site = site;

    [Fact]
    public async Task Where_others_keep_the_database_the_page_says_so_and_names_the_key_to_those_who_administer()
    {
        using Visitor admin = await Visitor.SignedIn(_site, "chenjing"), office = await Visitor.SignedIn(_site, "wangjian");
        string shown = WebUtility.HtmlDecode(await admin.Read("/Backups"));
        shown.ShouldContain("由管理那台服务器的人备份");
        shown.ShouldContain("log.key");
        (await office.Read("/Backups")).ShouldNotContain("log.key");
        (await office.Read("/")).ShouldContain("href=\"/Backups\"");
    }
}
