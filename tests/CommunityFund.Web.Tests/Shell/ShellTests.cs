using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;

namespace CommunityFund.Web.Tests.Shell;

/// <summary>What holds for every page: both languages, headers, error pages, static files.</summary>
public sealed partial class ShellTests : IClassFixture<Site>
{
    private readonly Site _web;

    public ShellTests(Site web) => _web = web;

    [Fact]
    public async Task Chinese_comes_first_whatever_the_browser_prefers()
    {
        using HttpClient reader = Reader();
        reader.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en-GB,en");

        (await Page(reader)).ShouldContain("没有找到这一页");
    }

    [Fact]
    public async Task The_language_a_reader_chose_stays_chosen()
    {
        using HttpClient reader = Reader();

        (await Choose(reader, "en", "/error/404?x=1")).ShouldBe("/error/404?x=1");
        (await Page(reader)).ShouldContain("This page was not found");
        await Choose(reader, "zh-CN", "/");
        (await Page(reader)).ShouldContain("没有找到这一页");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("\\\\elsewhere.example/")]
    [InlineData("/%0d%0a/elsewhere\r\nX: y")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~//elsewhere.example")]
    [InlineData("")]
    public async Task Choosing_a_language_never_leads_elsewhere(string back)
    {
        using HttpClient reader = Reader();
        (await Choose(reader, "en", back)).ShouldBe("/");
    }

    [Theory]
    [InlineData(400, "这个请求没有看懂", "The request was not understood")]
    [InlineData(403, "您没有权限看这一页", "You may not see this page")]
    [InlineData(404, "没有找到这一页", "This page was not found")]
    [InlineData(413, "文件太大", "The file is too large")]
    [InlineData(500, "系统出了故障", "Something went wrong on our side")]
    [InlineData(503, "数据库暂时没有应答", "The database does not answer just now")]
    public async Task An_error_is_explained_in_both_languages(int status, string zh, string en)
    {
        using HttpClient reader = Reader();
        HttpResponseMessage answer = await reader.GetAsync($"/error/{status}");

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(zh);
        await Choose(reader, "en", "/");
        (await (await reader.GetAsync($"/error/{status}")).Content.ReadAsStringAsync()).ShouldContain(en);
    }

    [Fact]
    public async Task A_missing_page_keeps_its_status_and_offers_the_other_language_for_itself()
    {
        using HttpClient reader = Reader();
        HttpResponseMessage answer = await reader.GetAsync("/no/such?page=1");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("""name="back" value="/no/such?page=1""");
    }

    [Theory]
    [InlineData("/error/404")]
    [InlineData("/app.css")]
    public async Task Nothing_may_load_or_frame_from_elsewhere_nor_run_inline(string path)
    {
        using HttpClient reader = Reader();
        HttpResponseMessage answer = await reader.GetAsync(path);
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();

        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task A_page_has_no_inline_script_or_style_and_is_not_kept()
    {
        using HttpClient reader = Reader();
        HttpResponseMessage answer = await reader.GetAsync("/error/404");

        Inline().Matches(await answer.Content.ReadAsStringAsync()).Select(match => match.Value).ShouldBeEmpty();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_file_that_a_page_names_is_there()
    {
        using HttpClient reader = Reader();
        string page = await Page(reader);
        string[] files = [.. Files().Matches(page).Select(match => match.Groups["file"].Value).Distinct(StringComparer.Ordinal)];

        files.Length.ShouldBeGreaterThan(2);
        foreach (string file in files)
        {
            (await reader.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.OK, file);
        }
    }

    // An error page is a page like any other, and needs neither an account nor a database.
    private static async Task<string> Page(HttpClient reader) =>
        await (await reader.GetAsync("/error/404")).Content.ReadAsStringAsync();

    private static async Task<string?> Choose(HttpClient reader, string culture, string back)
    {
        using FormUrlEncodedContent form = new([new("culture", culture), new("back", back)]);
        HttpResponseMessage answer = await reader.PostAsync("/language", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location?.OriginalString;
    }

    private HttpClient Reader() => _web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    [GeneratedRegex("""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:href|src)=\"(?<file>/[^\"]+\\.[a-z]{2,4})\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Files();
}
