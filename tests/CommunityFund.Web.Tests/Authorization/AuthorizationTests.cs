using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Checkpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CommunityFund.Web.Tests.Authorization;

/// <summary>
/// Every page, command and query the program has, against every role, against nobody, and with the ids of another body's book.
/// What is new and not in allowed.txt fails here.
/// </summary>
public sealed class AuthorizationTests(TwoBooks books) : IClassFixture<TwoBooks>
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };
    private static readonly string[] Questions = ["", "?id=1", "?id=2&no=1", "?id=1&from=1", "?fund=3&account=1002", "?code=F01&name=%E5%BC%A0%E4%B8%BD"];

    // Seals are published under the name of the body whose log they seal.
    private static readonly string[] Published = ["清河慈善会"];

    private readonly AllowedTable _table = AllowedTable.Read();

    [Fact]
    public async Task Every_command_and_query_is_open_to_the_roles_of_the_table_and_to_no_other()
    {
        List<string> found = [], told = [];
        foreach (Type form in TwoBooks.Forms)
        {
            string name = $"{(TwoBooks.IsCommand(form) ? "command" : "query")} {form.Name}";
            List<Role> allowed = [];
            bool proof = false;
            foreach (var (role, person) in books.People)
            {
                if (Lets((await TwoBooks.Try(books.Foundation.SessionOf(person, TwoBooks.Own), books.Sample(form))).Refused))
                {
                    allowed.Add(role);
                    proof = proof || (await TwoBooks.Try(books.Foundation.SignedIn(person, TwoBooks.Own, "nowhere"), books.Sample(form))).Refused == Need.Proof;
                }
            }

            bool nobody = Lets((await TwoBooks.Try(books.Foundation.SessionOf(books.NoRole, TwoBooks.Own), books.Sample(form))).Refused);
            found.Add(AllowedTable.Write(name, proof, allowed, nobody));
            told.Add(_table.Line(name));
        }

        told.ShouldBe(found);
        _table.Names.Where(name => name.StartsWith("command ", StringComparison.Ordinal) || name.StartsWith("query ", StringComparison.Ordinal))
            .Except(TwoBooks.Forms.Select(form => $"{(TwoBooks.IsCommand(form) ? "command" : "query")} {form.Name}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_every_role_in_another_book_no_command_changes_this_one_and_no_query_tells_of_it()
    {
        var before = await books.Rows();
        FundSession stranger = books.Foundation.SessionOf(books.Stranger, books.Foreign);
        foreach (Type form in TwoBooks.Forms)
        {
            var (refused, answer) = await TwoBooks.Try(stranger, books.Sample(form));
            if (refused is null && !TwoBooks.IsCommand(form) && Told(answer) is { } text)
            {
                TwoBooks.GivenAway(text).Except(form == typeof(PublishedLog) ? Published : []).ShouldBeEmpty(form.Name);
            }
        }

        var after = await books.Rows();
        after.Except(before).Select(row => row.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_page_is_open_to_the_roles_of_the_table_and_to_no_other()
    {
        Dictionary<string, List<Role>> allowed = Pages().ToDictionary(page => page, _ => new List<Role>());
        foreach (Role role in AllowedTable.Roles)
        {
            using Visitor visitor = await Visitor.SignedIn(books.Site, TwoBooks.UserNameOf(role));
            foreach (string page in allowed.Keys)
            {
                HttpResponseMessage answer = await visitor.Http.GetAsync(Example(page));
                string text = await answer.Content.ReadAsStringAsync();
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{role} {page}");
                if (!text.Contains("data-code=\"need.", StringComparison.Ordinal) && answer.StatusCode != HttpStatusCode.Forbidden)
                {
                    allowed[page].Add(role);
                }
            }
        }

        using Visitor nobody = new(books.Site);
        List<string> found = [], told = [];
        foreach (var (page, roles) in allowed)
        {
            HttpResponseMessage answer = await nobody.Http.GetAsync(Example(page));
            bool anyone = answer.StatusCode != HttpStatusCode.Redirect;
            found.Add(anyone ? $"page {page}: anyone"
                : AllowedTable.Write($"page {page}", false, roles, roles.Count == AllowedTable.Roles.Count));
            told.Add(_table.Line($"page {page}"));
        }

        told.ShouldBe(found);
        _table.Names.Where(name => name.StartsWith("page ", StringComparison.Ordinal)).Except(allowed.Keys.Select(page => $"page {page}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task No_page_shows_another_bodys_book_or_changes_it()
    {
        using Visitor stranger = await Visitor.SignedIn(books.Site, "stranger");
        var before = await books.Rows();
        foreach (string page in Pages())
        {
            foreach (string question in Questions)
            {
                HttpResponseMessage answer = await stranger.Http.GetAsync(Example(page) + question);
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{page}{question}");
                string shown = (await answer.Content.ReadAsStringAsync()).Replace("张丽\"", "", StringComparison.Ordinal)
                    .Replace("“张丽”", "", StringComparison.Ordinal);
                TwoBooks.GivenAway(shown).Except(page == "/Checkpoints/Published" ? Published : []).ShouldBeEmpty($"{page}{question}");
            }
        }

        foreach (var (page, handler) in Posts())
        {
            if (page == "/People/SignIn")
            {
                continue;
            }

            Dictionary<string, string> form = stranger.Form(await (await stranger.Http.GetAsync("/People/Password")).Content.ReadAsStringAsync());
            foreach (string field in new[] { "id", "Id", "grant", "proposal", "person", "period", "voucher", "only" })
            {
                form[field] = field == "period" ? "202602" : "1";
            }

            HttpResponseMessage answer = await stranger.Send($"{Example(page)}?id=1{(handler.Length > 0 ? $"&handler={handler}" : "")}", form);
            ((int)answer.StatusCode).ShouldBeLessThan(500, $"{page} {handler}");
        }

        (await books.Rows()).Except(before).Select(row => row.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_form_is_refused_without_its_token_and_to_strangers()
    {
        using Visitor admin = await Visitor.SignedIn(books.Site, "liwen"), nobody = new(books.Site);
        Posts().Count.ShouldBeGreaterThan(30);
        foreach (var (page, handler) in Posts())
        {
            string path = Example(page) + (handler.Length > 0 ? $"?handler={handler}" : "");
            HttpResponseMessage answer = await admin.Send(path, new Dictionary<string, string> { ["id"] = "1" });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);

            // Voters and neighbours have no account: there the code of the slip is asked for, or an objection begins. A passbook asks for its card.
            if (page is not ("/People/SignIn" or "/Vote/Index" or "/Awards/PublicNotice") && !page.StartsWith("/Passbook/", StringComparison.Ordinal))
            {
                answer = await nobody.Send(path, new Dictionary<string, string> { ["id"] = "1" });
                answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, path);
                answer.Headers.Location!.PathAndQuery.ShouldStartWith("/People/SignIn");
            }
        }
    }

    [Fact]
    public void Every_other_endpoint_is_known_by_name()
    {
        string[] found = [.. books.Site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is null
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(endpoint => $"endpoint {endpoint.RoutePattern.RawText}").Distinct().Order()];
        found.ShouldBe(_table.Names.Where(name => name.StartsWith("endpoint ", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Every_command_is_called_something_in_the_operation_log()
    {
        Words words = books.Site.Services.GetRequiredService<Words>();
        TwoBooks.Forms.Where(TwoBooks.IsCommand).Select(form => form.Name).Where(name => !words.Has($"command.{name}")).ShouldBeEmpty();
    }

    [Fact]
    public void No_page_vouches_for_a_person_by_itself()
    {
        // What SessionOf opens needs no recent proof; on the site only the door may use it, to look before anybody is in.
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "CommunityFund.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        Directory.EnumerateFiles(Path.Combine(root, "src", "CommunityFund.Web"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file).Contains(".SessionOf(", StringComparison.Ordinal))
            .Select(Path.GetFileName).ShouldBe(["Entrance.cs"]);
    }

    private static bool Lets(string? refused) => refused is null || !refused.StartsWith("need.", StringComparison.Ordinal);

    private static string Example(string page) => page == "/Error" ? "/error/404" : page == "/Index" ? "/" : page.EndsWith("/Index", StringComparison.Ordinal) ? page[..^6] : page;

    private static string? Told(object? answer)
    {
        try
        {
            return JsonSerializer.Serialize(answer, Readable);
        }
        catch (NotSupportedException)
        {
            return answer?.ToString();
        }
    }

    private List<PageActionDescriptor> Descriptors() =>
    [
        .. books.Site.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>()).OfType<PageActionDescriptor>()
            .DistinctBy(page => page.ViewEnginePath).OrderBy(page => page.ViewEnginePath, StringComparer.Ordinal),
    ];

    private List<string> Pages() => [.. Descriptors().Select(page => page.ViewEnginePath)];

    /// <summary>Every method of a page that answers a POST.</summary>
    private List<(string Page, string Handler)> Posts()
    {
        var loader = books.Site.Services.GetRequiredService<PageLoader>();
        return
        [
            .. Descriptors().Where(page => page.ViewEnginePath != "/Error")
                .SelectMany(page => loader.LoadAsync(page, EndpointMetadataCollection.Empty).GetAwaiter().GetResult().HandlerMethods
                    .Where(method => method.HttpMethod == "Post").Select(method => (page.ViewEnginePath, method.Name ?? ""))),
        ];
    }
}
