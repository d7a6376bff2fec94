using System.Net;
using System.Text.RegularExpressions;

namespace CommunityFund.Web.Tests;

/// <summary>Somebody who uses the site over HTTP, with cookies and the tokens that forms carry.</summary>
internal sealed partial class Visitor(Site site) : IDisposable
{
    private readonly HttpClient _http = site.Client();

    public HttpClient Http => _http;

    public static async Task<Visitor> SignedIn(Site site, string userName)
    {
        Visitor visitor = new(site);
        HttpResponseMessage answer = await visitor.SignIn(userName, Site.Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return visitor;
    }

    public Task<HttpResponseMessage> SignIn(string userName, string password) =>
        Post("/People/SignIn", ("UserName", userName), ("Password", password));

    public async Task<string> Read(string path)
    {
        HttpResponseMessage answer = await _http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Opens the form's page for its hidden fields, then posts it with these.</summary>
    public Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] fields) =>
        PostFrom(path.Split("?handler")[0], path, fields);

    /// <summary>The same for a form that stands on another page than the one it goes to.</summary>
    public async Task<HttpResponseMessage> PostFrom(string from, string path, params (string Name, string Value)[] fields)
    {
        Dictionary<string, string> form = Form(await (await _http.GetAsync(from)).Content.ReadAsStringAsync());
        foreach ((string name, string value) in fields)
        {
            form[name] = value;
        }

        return await Send(path, form);
    }

    /// <summary>The hidden fields of a page's form.</summary>
    public Dictionary<string, string> Form(string page)
    {
        Dictionary<string, string> form = new() { ["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value };
        if (Key().Match(page) is { Success: true } key)
        {
            form["FormKey"] = key.Groups["key"].Value;
        }

        return form;
    }

    /// <summary>Sends a form as it is, again if need be.</summary>
    public async Task<HttpResponseMessage> Send(string path, Dictionary<string, string> form)
    {
        using FormUrlEncodedContent content = new(form);
        return await _http.PostAsync(path, content);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"FormKey\" value=\"(?<key>[^\"]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();
}
