using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace CommunityFund.Web.Shell;

/// <summary>Items of the navigation that belong together, folded up unless the reader is in one of them:
/// <c>&lt;nav-group label="…"&gt;…&lt;/nav-group&gt;</c>. A group without items is left out.</summary>
[HtmlTargetElement("nav-group", Attributes = "label")]
public sealed class NavGroupTag : TagHelper
{
    /// <summary>Under this key an item tells its group that the reader is there.</summary>
    internal const string Here = "nav-group.here";

    public string Label { get; set; } = "";

    public override void Init(TagHelperContext context) => context.Items[Here] = new Place();

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        TagHelperContent items = await output.GetChildContentAsync();
        if (items.IsEmptyOrWhiteSpace)
        {
            output.SuppressOutput();
            return;
        }

        TagBuilder summary = new("summary");
        summary.AddCssClass("nav-heading");
        summary.InnerHtml.Append(Label);
        TagBuilder list = new("ul");
        list.InnerHtml.AppendHtml(items);
        TagBuilder fold = new("details");
        if (((Place)context.Items[Here]).IsHere)
        {
            fold.Attributes["open"] = "open";
        }

        fold.InnerHtml.AppendHtml(summary).AppendHtml(list);
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "nav-group");
        output.Content.SetHtmlContent(fold);
    }

    /// <summary>Whether the reader is in the group.</summary>
    internal sealed class Place
    {
        public bool IsHere { get; set; }
    }
}
